import os

os.system("cc --version")
