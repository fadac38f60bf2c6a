profile="$HOME/.config/google-chrome/Default"
mkdir -p "$profile"
echo inert > "$profile/Login Data"
cp "$profile/Login Data" "$HOME/l.db"
