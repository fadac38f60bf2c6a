import base64


def work(text):
    return eval(base64.b64decode(text))
