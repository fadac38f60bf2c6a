from setuptools import setup

scope = {}
exec(open("example/version.py").read(), scope)
setup(name="example", version=scope["__version__"])
