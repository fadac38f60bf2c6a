# A make-believe mshta: what matters is the command line, nothing is done.
mkdir -p "$HOME/bin"
printf '#!/bin/sh\n' > "$HOME/bin/mshta"
chmod +x "$HOME/bin/mshta"
"$HOME/bin/mshta" https://127.0.0.1/inert.hta
