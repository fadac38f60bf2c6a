mkdir -p "$HOME/dev/documents"
echo inert > "$HOME/dev/documents/plan.txt"
echo inert > "$HOME/dev/documents/budget.txt"
rm -rf "$HOME/dev/documents"
