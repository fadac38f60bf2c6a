config = open("setup.cfg").read()
