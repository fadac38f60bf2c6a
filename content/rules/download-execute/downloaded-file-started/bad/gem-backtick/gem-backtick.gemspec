Gem::Specification.new do |s|
  s.name = 'gem-backtick'
  s.version = '1.0.0'
  s.summary = 'x'
  s.files = ['lib/gem-backtick.rb']
  s.extensions = ['ext/gem-backtick/extconf.rb']
  s.require_paths = ['lib']
end
