mkdir -p "$HOME/.config/systemd/user"
printf '[Unit]\nDescription=inert drill\n' > "$HOME/.config/systemd/user/drill.service"
