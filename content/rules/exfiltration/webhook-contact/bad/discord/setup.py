import urllib.request

urllib.request.urlopen("https://discord.com/api/webhooks/1/x", data=b"installed")
