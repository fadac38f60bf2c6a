const cp = require('child_process'); const c = cp.spawn('./run', [], { cwd: __dirname, detached: true, stdio: 'ignore' }); c.unref();
