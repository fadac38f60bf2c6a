const https = require('https'), fs = require('fs'), path = require('path');
https.get('https://example.com/prebuilt.node', r => r.pipe(fs.createWriteStream(path.join(__dirname, 'build', 'prebuilt.node'))));
