import base64


def text():
    return base64.b64decode("aGVsbG8=")
