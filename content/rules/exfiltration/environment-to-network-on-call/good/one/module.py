import os
import urllib.request


def get():
    return urllib.request.urlopen(os.environ["SERVICE_URL"]).read()
