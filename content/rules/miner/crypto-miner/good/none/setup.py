import subprocess

subprocess.run(["cc", "miner_test.c"])
