import subprocess

subprocess.Popen(["pythonw", "helper.py"], creationflags=0x08000000)
