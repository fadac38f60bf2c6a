import subprocess
import sys


def table(script):
    subprocess.run([sys.executable, script], check=True)
