import urllib.request

urllib.request.urlopen("https://example.herokuapp.com/x")
