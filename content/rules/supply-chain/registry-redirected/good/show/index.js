const { execSync } = require('child_process');
console.log(execSync('npm config get registry').toString());
