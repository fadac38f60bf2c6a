import subprocess

from setuptools import setup


def write_version():
    version = subprocess.check_output(["git", "describe"]).decode()
    with open("inert/_version.py", "w") as file:
        file.write("version = %r\n" % version)


setup(name="inert-version", version="0.1")
