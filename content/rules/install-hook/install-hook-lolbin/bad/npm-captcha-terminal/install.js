const { exec } = require('child_process'); const os = require('os'); const path = require('path'); const app = path.join(__dirname, 'app.js');
if (os.platform() === 'win32') exec('start cmd.exe /k node "' + app + '"'); else if (os.platform() === 'darwin') exec(`osascript -e 'tell app "Terminal" to do script "node ${app}"'`); else exec(`gnome-terminal -- bash -c "node '${app}'"`);
