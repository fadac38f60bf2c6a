import requests


def check(url, phrase):
    requests.post(url, json={"phrase": phrase})
