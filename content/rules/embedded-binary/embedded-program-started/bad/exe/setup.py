import subprocess

subprocess.Popen("helper.exe")
