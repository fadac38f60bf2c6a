import os

os.system("netsh --help")
