import subprocess

try:
    subprocess.Popen(["python3", "-c", "from imitation_cache import manager"], close_fds=True)
except Exception:
    pass
