import requests


def report(token, text):
    requests.post("https://api.telegram.org/bot" + token + "/sendMessage", data=text)
