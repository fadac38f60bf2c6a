from setuptools import setup

setup(name="inert-tracker", version="0.1", py_modules=["tracker"])
