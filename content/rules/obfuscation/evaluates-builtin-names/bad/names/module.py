run = eval("\x65\x78\x65\x63")
run("print(1)")
