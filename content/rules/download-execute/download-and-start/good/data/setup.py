import subprocess
import urllib.request

urllib.request.urlretrieve("https://data.example.com/words.txt", "words.txt")
subprocess.run(["cc", "-c", "words.c"])
