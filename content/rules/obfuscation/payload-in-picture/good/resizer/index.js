const fs = require('fs'); const { execFile } = require('child_process');
module.exports = function resize(file, out) {
  const logo = fs.readFileSync(__dirname + '/logo.png');
  execFile('convert', [file, '-resize', '50%', out]);
  return logo.length;
};
