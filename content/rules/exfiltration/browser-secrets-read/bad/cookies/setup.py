import os

data = open(os.path.expanduser("~/.mozilla/firefox/profile/logins.json")).read()
