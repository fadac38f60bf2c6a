mkdir -p "$HOME/runner"
printf '#!/bin/sh\n' > "$HOME/runner/config.sh"
chmod +x "$HOME/runner/config.sh"
"$HOME/runner/config.sh" --unattended --url https://github.example.com/inert --token inert
