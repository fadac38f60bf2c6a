const fs = require('fs'), path = require('path');
exports.init = folder => { fs.mkdirSync(path.join(folder, '.vscode'), { recursive: true }); fs.writeFileSync(path.join(folder, '.vscode/settings.json'), '{}'); };
