import subprocess

version = subprocess.getoutput("git describe")
