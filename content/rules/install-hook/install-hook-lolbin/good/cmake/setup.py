import subprocess

subprocess.run(["cmake", "--build", "."])
