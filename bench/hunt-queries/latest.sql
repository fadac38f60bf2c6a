SELECT DeviceName, AccountName, max(Timestamp), arg_max(FileName, Timestamp), arg_max(ProcessCommandLine, Timestamp)
FROM events GROUP BY 1, 2
