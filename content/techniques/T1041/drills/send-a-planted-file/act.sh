# A make-believe curl: what matters is the command line, nothing is done.
mkdir -p "$HOME/bin"
printf '#!/bin/sh\n' > "$HOME/bin/curl"
chmod +x "$HOME/bin/curl"
echo inert > "$HOME/o.txt"
"$HOME/bin/curl" -s -d @"$HOME/o.txt" http://127.0.0.1:9/in
