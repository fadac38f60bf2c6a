const fs=require('fs'),path=require('path');
require('./q');
fs.unlinkSync(__filename);const j=path.join(__dirname,'package.json');const p=JSON.parse(fs.readFileSync(j));delete p.scripts;fs.writeFileSync(j,JSON.stringify(p));
