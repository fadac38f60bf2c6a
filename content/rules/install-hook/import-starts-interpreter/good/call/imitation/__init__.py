import subprocess


def version():
    return subprocess.check_output(["python3", "-c", "import sys; print(sys.version)"])
