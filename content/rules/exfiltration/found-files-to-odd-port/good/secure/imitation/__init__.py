import requests


def send(path):
    with open(path, "rb") as found:
        requests.post("https://files.example.com/in", files={"f": found})
