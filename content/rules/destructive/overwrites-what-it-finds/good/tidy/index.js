const fs = require('fs'), path = require('path');
const cache = path.join(__dirname, 'cache');
for (const name of fs.readdirSync(cache)) fs.unlinkSync(path.join(cache, name));
