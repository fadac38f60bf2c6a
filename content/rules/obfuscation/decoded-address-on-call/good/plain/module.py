import requests


def show(text):
    requests.post("https://api.example.com/", data=text)
