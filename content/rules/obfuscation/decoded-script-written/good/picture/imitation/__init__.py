import base64

DATA = "cHJpbnQoImluZXJ0Iik="


def save():
    with open("icon.png", "wb") as out:
        out.write(base64.b64decode(DATA))
