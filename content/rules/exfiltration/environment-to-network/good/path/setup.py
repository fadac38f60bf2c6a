import os

print(os.environ.get("PATH"))
