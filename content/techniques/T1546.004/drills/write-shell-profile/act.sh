echo '# inert drill' >> "$HOME/.bashrc"
