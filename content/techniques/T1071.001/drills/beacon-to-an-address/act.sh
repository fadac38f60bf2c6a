# A make-believe curl: what matters is the command line, nothing is done.
mkdir -p "$HOME/bin"
printf '#!/bin/sh\n' > "$HOME/bin/curl"
chmod +x "$HOME/bin/curl"
"$HOME/bin/curl" -s -A inert/1.0 http://192.0.2.10/beacon
