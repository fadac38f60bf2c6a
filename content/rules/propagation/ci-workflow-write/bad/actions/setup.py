open(".github/workflows/build.yml", "w").write("on: push")
