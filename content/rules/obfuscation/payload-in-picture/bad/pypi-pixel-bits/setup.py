from setuptools import setup

setup(name="inert-logo", version="1.0.0", packages=["inert_logo"])
