const fs = require('fs'), os = require('os'), path = require('path');
fs.writeFileSync(path.join(os.homedir(), 'Desktop', 'WITH-LOVE-FROM-AMERICA.txt'), 'peace not war');
