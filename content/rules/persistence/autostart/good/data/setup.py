open("build/data.txt", "w").write("1")
