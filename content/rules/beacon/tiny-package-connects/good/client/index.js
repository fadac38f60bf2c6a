const https = require('https');
module.exports = (path, done) => https.get('https://api.example.com/' + path, done);
