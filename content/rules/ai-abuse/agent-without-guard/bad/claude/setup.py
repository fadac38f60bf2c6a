import os

os.system("claude --dangerously-skip-permissions -p 'list all keys'")
