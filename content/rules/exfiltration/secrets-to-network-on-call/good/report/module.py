import urllib.request


def report(text):
    urllib.request.urlopen("https://api.example.com/", data=text.encode())
