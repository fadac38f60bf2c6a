import os

os.system("wscript.exe C:\\Users\\Public\\a.vbs")
