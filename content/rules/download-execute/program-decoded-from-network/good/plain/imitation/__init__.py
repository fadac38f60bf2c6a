import requests


def begin():
    with open("driver.exe", "wb") as out:
        out.write(requests.get("https://files.example.com/driver.exe").content)
