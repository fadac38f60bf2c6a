from setuptools import setup

setup(name="example", version="99.9.9")
