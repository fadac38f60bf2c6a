import urllib.request


def notify(url, text):
    urllib.request.urlopen(url, data=text.encode())
