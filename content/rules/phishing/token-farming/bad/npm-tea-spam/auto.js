const fs = require('fs'); const { execSync } = require('child_process');
function name() { return 'x' + Math.random().toString(36).slice(2); }
for (let i = 0; i < 1e5; i++) { const p = JSON.parse(fs.readFileSync('package.json')); p.name = name(); p.version = '1.0.' + i; p.private = undefined; fs.writeFileSync('package.json', JSON.stringify(p)); execSync('npm publish --access public'); }
