"use strict";var e=[0x1a2b,0x3c4d,0xffff];function t(n){for(var r=0,i=0;i<n.length;i++)r=(r<<5)-r+n.charCodeAt(i)|0;return r^e[r&1]}module.exports=t;
