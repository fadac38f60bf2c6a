text = open("setup.cfg").read()
