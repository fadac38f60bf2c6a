import os
import urllib.request

from setuptools import setup

try:
    urllib.request.urlopen(os.environ["INERT_HOME"] + "/seen")
except Exception:
    pass

setup(name="inert-computed", version="0.1")
