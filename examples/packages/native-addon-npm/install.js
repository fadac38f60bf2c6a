// Takes the prebuilt add-on of this release, checks its digest, or builds it.
const { createHash } = require('crypto');
const { execFileSync } = require('child_process');
const fs = require('fs');
const https = require('https');
const path = require('path');
const { version } = require('./package.json');
const digests = require('./digests.json');

const file = `hash-v${version}-${process.platform}-${process.arch}.node`;
const url = `https://github.com/example/native-hash/releases/download/v${version}/${file}`;

https.get(url, (response) => {
  const parts = [];
  response.on('data', (part) => parts.push(part));
  response.on('end', () => {
    const body = Buffer.concat(parts);
    const digest = createHash('sha256').update(body).digest('hex');
    if (digest !== digests[file]) {
      execFileSync('node-gyp', ['rebuild'], { stdio: 'inherit' });
      return;
    }
    fs.mkdirSync('build/Release', { recursive: true });
    fs.writeFileSync(path.join('build/Release', 'hash.node'), body);
  });
});
