import urllib.request


def fetch(path):
    open(path, "wb").write(urllib.request.urlopen("https://data.example.com/words").read())
