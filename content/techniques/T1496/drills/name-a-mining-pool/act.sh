# A make-believe xmrig: what matters is the command line, nothing is done.
mkdir -p "$HOME/bin"
printf '#!/bin/sh\n' > "$HOME/bin/xmrig"
chmod +x "$HOME/bin/xmrig"
"$HOME/bin/xmrig" --url stratum+tcp://127.0.0.1:3333 --user inert --donate-level 1
