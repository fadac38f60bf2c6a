text = open("README.md").read()
