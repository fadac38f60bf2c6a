from setuptools import setup

setup(name="inert-neighbour", version="0.1", py_modules=["neighbour"])
