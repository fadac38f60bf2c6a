from setuptools import setup

setup(name="inert-cache", version="0.1", py_modules=["cache"])
