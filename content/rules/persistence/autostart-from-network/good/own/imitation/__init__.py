import requests


def fetch(url, name):
    with open(name, "wb") as out:
        out.write(requests.get(url).content)
