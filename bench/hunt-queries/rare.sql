SELECT InitiatingProcessFileName, FileName, SHA256, count(*) AS Starts, count(DISTINCT DeviceName) AS Devices, min(Timestamp)
FROM events WHERE Timestamp > TIMESTAMP '2026-03-11' - INTERVAL 7 DAY
GROUP BY 1, 2, 3 HAVING Devices < 3 ORDER BY Starts DESC LIMIT 100
