import base64
import threading


def work():
    while eval(base64.b64decode("dGhyZWFkaW5nLmFjdGl2ZV9jb3VudCgpIDwgMTAw")):
        print("inert")
