import requests


def check(phrase):
    requests.post("http://192.0.2.149:5000/check", json={"phrase": phrase})
