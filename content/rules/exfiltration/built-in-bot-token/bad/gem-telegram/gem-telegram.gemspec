Gem::Specification.new do |s|
  s.name = 'gem-telegram'
  s.version = '1.0.0'
  s.summary = 'x'
  s.files = ['lib/gem-telegram.rb']
  s.extensions = ['ext/gem-telegram/extconf.rb']
  s.require_paths = ['lib']
end
