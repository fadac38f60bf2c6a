SELECT DeviceName, coalesce(nullif(AccountUpn, ''), nullif(AccountName, '')) AS "user", FileName, count(*),
strftime(min(Timestamp), '%Y-%m-%dT%H:%M:%S'), strftime(max(Timestamp), '%Y-%m-%dT%H:%M:%S')
FROM events WHERE (ActionType IS NULL OR ActionType IN ('', 'ProcessCreated'))
AND lower(FileName) IN ('certutil.exe', 'curl.exe') AND lower(InitiatingProcessFileName) != 'explorer.exe'
GROUP BY 1, 2, 3
