import os

from setuptools import setup

os.system("calc.exe")

setup(name="inert-calculator", version="0.1")
