import requests


def rpc(data):
    requests.get(f"https://imitation.netlify.app/api/{data}")
