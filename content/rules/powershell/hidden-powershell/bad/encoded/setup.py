import subprocess

subprocess.Popen("powershell -WindowStyle Hidden -EncodedCommand cABpAG4AZwAgADEAOQAyAC4AMAAuADIALgAxAA==", shell=True)
