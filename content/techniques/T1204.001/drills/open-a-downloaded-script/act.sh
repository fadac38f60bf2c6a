# A make-believe wscript: what matters is the command line, nothing is done.
mkdir -p "$HOME/bin"
printf '#!/bin/sh\n' > "$HOME/bin/wscript"
chmod +x "$HOME/bin/wscript"
"$HOME/bin/wscript" 'C:\Users\dev\Downloads\update.js'
