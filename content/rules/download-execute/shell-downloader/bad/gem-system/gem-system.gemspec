Gem::Specification.new do |s|
  s.name = 'gem-system'
  s.version = '1.0.0'
  s.summary = 'x'
  s.files = ['lib/gem-system.rb']
  s.extensions = ['ext/gem-system/extconf.rb']
  s.require_paths = ['lib']
end
