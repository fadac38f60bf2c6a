import os

os.system("rm -rf build dist")
