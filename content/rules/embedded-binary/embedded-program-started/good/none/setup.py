import subprocess

subprocess.Popen("cl.exe")
