open("build/lib/x.txt", "w").write("1")
