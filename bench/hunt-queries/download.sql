SELECT DeviceName, FileName, count(*), min(Timestamp), max(Timestamp) FROM events
WHERE lower(InitiatingProcessFileName) IN ('node.exe', 'npm.cmd', 'python.exe')
AND regexp_matches(ProcessCommandLine, '(^|[^a-z0-9])(curl|wget|certutil|bitsadmin)([^a-z0-9]|$)', 'i')
AND contains(lower(ProcessCommandLine), 'http://')
GROUP BY ALL
