SELECT Timestamp, DeviceName, AccountName, InitiatingProcessFileName, FileName, ProcessCommandLine FROM events
WHERE Timestamp > TIMESTAMP '2026-03-11' - INTERVAL 7 DAY AND NOT ends_with(AccountName, '$')
AND lower(InitiatingProcessFileName) IN ('winword.exe', 'excel.exe', 'outlook.exe')
AND lower(FileName) IN ('cmd.exe', 'powershell.exe', 'wscript.exe', 'mshta.exe', 'rundll32.exe', 'certutil.exe')
