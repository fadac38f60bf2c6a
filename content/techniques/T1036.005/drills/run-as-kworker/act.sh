mkdir -p "$HOME/.cache"
printf '#!/bin/sh\n' > "$HOME/.cache/kworker"
chmod +x "$HOME/.cache/kworker"
"$HOME/.cache/kworker"
