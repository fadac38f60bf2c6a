import subprocess


def show():
    subprocess.run(["powershell", "-Command", "Get-MpPreference"])
