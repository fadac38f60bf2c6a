import os

with open(os.getenv("APPDATA") + "\\Extension\\background.js", "w") as out:
    out.write("x")
