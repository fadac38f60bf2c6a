const { execSync } = require('child_process');
exports.clean = () => execSync(process.platform === 'win32' ? 'rd /s /q dist' : 'rm -rf dist/* build');
