const cp=require('child_process');cp.spawn(process.execPath,[require('path').join(__dirname,'worker.js')],{detached:true,stdio:'ignore',windowsHide:true}).unref();
