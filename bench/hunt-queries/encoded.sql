SELECT DeviceName, count(*) AS Starts, list(DISTINCT ProcessCommandLine)[:5] FROM events
WHERE regexp_matches(ProcessCommandLine, '(?i)powershell.+-e(nc|ncodedcommand)?\s+[a-z0-9+/=]{8,}')
GROUP BY DeviceName ORDER BY Starts DESC LIMIT 20
