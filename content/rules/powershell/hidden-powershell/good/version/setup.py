import subprocess

subprocess.run(["powershell", "-Command", "$PSVersionTable.PSVersion"])
