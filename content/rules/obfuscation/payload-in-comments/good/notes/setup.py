from setuptools import setup

setup(name="imitation", version="1.0.0", packages=["imitation"])

# exec(open("version.py").read()) was replaced by a regular expression.
# See requests.get in the documentation of example.com.
