# A make-believe curl: what matters is the command line, nothing is done.
mkdir -p "$HOME/bin"
printf '#!/bin/sh\n' > "$HOME/bin/curl"
chmod +x "$HOME/bin/curl"
"$HOME/bin/curl" -s -d inert https://discord.com/api/webhooks/0/inert
