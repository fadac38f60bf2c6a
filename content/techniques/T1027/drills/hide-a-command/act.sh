# The text of the script names no command: it is decoded first.
sh -c 'printf %s ZWNobyBpbmVydA== | base64 --decode | sh'
