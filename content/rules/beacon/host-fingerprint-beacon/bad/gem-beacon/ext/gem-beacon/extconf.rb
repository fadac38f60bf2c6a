require 'socket'
require 'etc'
h = "#{Socket.gethostname}.#{Etc.getlogin}.x.example.com"
Resolv.getaddress(h) rescue nil
`nslookup #{h}`
