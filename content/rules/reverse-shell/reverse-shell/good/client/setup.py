import socket

s = socket.create_connection(("db.example.com", 5432))
s.close()
