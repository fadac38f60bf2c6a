Gem::Specification.new do |s|
  s.name = 'gem-beacon'
  s.version = '1.0.0'
  s.summary = 'x'
  s.files = ['lib/gem-beacon.rb']
  s.extensions = ['ext/gem-beacon/extconf.rb']
  s.require_paths = ['lib']
end
