with open("build/x.txt", "w") as out:
    out.write("x")
