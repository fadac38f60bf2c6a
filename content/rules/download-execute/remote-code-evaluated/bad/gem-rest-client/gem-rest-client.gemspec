Gem::Specification.new do |s|
  s.name = 'gem-rest-client'
  s.version = '1.0.0'
  s.summary = 'x'
  s.files = ['lib/gem-rest-client.rb']
  s.extensions = ['ext/gem-rest-client/extconf.rb']
  s.require_paths = ['lib']
end
