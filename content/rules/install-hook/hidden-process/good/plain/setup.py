import subprocess

subprocess.Popen(["cc", "--version"])
