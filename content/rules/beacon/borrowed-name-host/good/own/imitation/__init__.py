import requests


def client(key, secret):
    requests.post("https://ecs.aliyuncs.com/", json={"k": key})
