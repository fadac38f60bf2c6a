import requests


def send(token, text):
    requests.post("https://api.telegram.org/bot" + token + "/sendMessage", data=text)
