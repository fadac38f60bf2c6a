import subprocess

with open("/tmp/remote.py", "w") as out:
    out.write("print(1)")
subprocess.Popen(["python3", "/tmp/remote.py"])
