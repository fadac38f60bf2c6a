SELECT Timestamp, DeviceName, AccountName, ProcessCommandLine FROM events
WHERE Timestamp BETWEEN '2026-03-08 09:00' AND '2026-03-08 10:00' AND lower(FileName) = 'powershell.exe'
