# A make-believe pwsh: what matters is the command line, nothing is done.
mkdir -p "$HOME/bin"
printf '#!/bin/sh\n' > "$HOME/bin/pwsh"
chmod +x "$HOME/bin/pwsh"
# Write-Output inert
"$HOME/bin/pwsh" -NoProfile -EncodedCommand VwByAGkAdABlAC0ATwB1AHQAcAB1AHQAIABpAG4AZQByAHQA
