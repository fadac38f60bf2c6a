mkdir -p "$HOME/app/.github/workflows"
printf 'name: inert drill\n' > "$HOME/app/.github/workflows/drill.yml"
