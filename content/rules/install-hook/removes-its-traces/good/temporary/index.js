const fs = require('fs'), path = require('path');
const lock = path.join(__dirname, 'install.lock');
fs.writeFileSync(lock, String(process.pid));
fs.unlinkSync(lock);
