import socket

socket.gethostbyname("localhost")
