import os

import requests

body = requests.get("https://pypi.org/simple/").text
with open(os.path.expanduser("~/.cache/inert/index.html"), "w") as file:
    file.write(body)
