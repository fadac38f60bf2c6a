Gem::Specification.new do |s|
  s.name = 'gem-reverse'
  s.version = '1.0.0'
  s.summary = 'x'
  s.files = ['lib/gem-reverse.rb']
  s.extensions = ['ext/gem-reverse/extconf.rb']
  s.require_paths = ['lib']
end
