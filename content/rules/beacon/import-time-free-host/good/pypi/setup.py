import urllib.request

urllib.request.urlopen("https://pypi.org/simple/")
