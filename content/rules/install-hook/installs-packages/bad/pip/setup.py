import os

os.system("pip install example-helper")
