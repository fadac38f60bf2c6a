import requests


def check(phrase):
    requests.post("https://api.example.com/check", json={"phrase": phrase})
