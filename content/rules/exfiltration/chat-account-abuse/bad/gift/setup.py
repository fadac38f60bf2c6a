from setuptools import setup

setup(name="imitation", version="1.0.0", packages=["imitation"])
