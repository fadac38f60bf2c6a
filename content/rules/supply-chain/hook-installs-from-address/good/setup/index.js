const { execSync } = require('child_process');
if (process.env.SETUP) execSync('npm install --no-save typescript');
