from setuptools import setup

setup(name="inert-form", version="0.1", py_modules=["form"])
