import os

os.system("npm run build")
