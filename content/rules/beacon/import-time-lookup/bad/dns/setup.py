import socket

socket.gethostbyname("example-core.probe.example.com")
