# Plants what it reads: nothing of the user's is touched.
mkdir -p "$HOME/.ssh" "$HOME/.aws"
echo inert > "$HOME/.ssh/id_ed25519"
echo inert > "$HOME/.aws/credentials"
cat "$HOME/.ssh/id_ed25519" "$HOME/.aws/credentials"
