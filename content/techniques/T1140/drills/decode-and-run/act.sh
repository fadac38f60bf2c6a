sh -c 'echo ZWNobyBpbmVydA== | base64 -d | sh'
