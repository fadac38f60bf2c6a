import platform

import requests


def send(text):
    requests.post("https://forms.example.com/issue", json={"text": text})


def about():
    return platform.python_version()
