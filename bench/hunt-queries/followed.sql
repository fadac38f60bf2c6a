SELECT f.Timestamp, e.Timestamp, e.DeviceName, e.AccountName, f.ProcessCommandLine, e.ProcessCommandLine
FROM events e JOIN events f ON e.DeviceName = f.DeviceName AND e.AccountName = f.AccountName
WHERE lower(e.FileName) IN ('rundll32.exe', 'mshta.exe') AND lower(f.FileName) = 'certutil.exe'
AND regexp_matches(f.ProcessCommandLine, '(^|[^a-z0-9])urlcache([^a-z0-9]|$)', 'i')
AND e.Timestamp BETWEEN f.Timestamp AND f.Timestamp + INTERVAL 60 SECOND
