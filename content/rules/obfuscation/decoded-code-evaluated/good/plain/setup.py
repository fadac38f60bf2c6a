exec(open("example/version.py").read())
