import os
import urllib.request

text = urllib.request.urlopen("https://pastebin.com/raw/x").read()
open("/tmp/x", "wb").write(text)
os.system("ls /tmp")
