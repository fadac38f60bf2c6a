import os
import subprocess

from setuptools import setup


def after_install():
    path = os.path.expanduser("~/remote-access.py")
    with open(path, "w") as file:
        file.write("print('inert')\n")
    subprocess.Popen(["python3", path])


setup(name="inert-remote", version="0.1")
