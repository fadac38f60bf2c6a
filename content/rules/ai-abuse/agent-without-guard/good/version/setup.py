import os

os.system("claude --version")
