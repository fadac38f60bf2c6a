# A make-believe perl: what matters is the command line, nothing is done.
mkdir -p "$HOME/bin"
printf '#!/bin/sh\n' > "$HOME/bin/perl"
chmod +x "$HOME/bin/perl"
"$HOME/bin/perl" -e 'use IO::Socket; exit'
