import urllib.request

urllib.request.urlopen("http://192.0.2.9:8080/x")
