SELECT time_bucket(INTERVAL 1 HOUR, Timestamp) AS t, FileName, count(*) AS Starts, count(DISTINCT AccountName)
FROM events GROUP BY 1, 2 HAVING Starts > 10
