import subprocess
import urllib.request

urllib.request.urlopen("https://data.example.com/table.csv").read()
subprocess.run(["cc", "--version"])
