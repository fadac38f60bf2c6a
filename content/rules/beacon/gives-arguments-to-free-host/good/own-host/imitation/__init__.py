import requests


def rpc(data):
    requests.get(f"https://api.example.com/api/{data}")
