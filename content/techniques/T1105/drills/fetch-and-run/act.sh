# A make-believe curl: what matters is the command line, not the transfer.
mkdir -p "$HOME/bin"
cat > "$HOME/bin/curl" <<'CURL'
#!/bin/sh
printf 'echo inert\n' > "$3"
CURL
chmod +x "$HOME/bin/curl"
"$HOME/bin/curl" -s -o "$HOME/.k" http://127.0.0.1:9/k
chmod +x "$HOME/.k"
sh "$HOME/.k"
