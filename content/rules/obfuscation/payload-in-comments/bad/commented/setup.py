from setuptools import setup

setup(name="imitation", version="1.0.0", packages=["imitation"])

# import base64
# exec(base64.b64decode("cHJpbnQoJ2luZXJ0Jyk="))
