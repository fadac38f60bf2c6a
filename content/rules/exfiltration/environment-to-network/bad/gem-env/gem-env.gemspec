Gem::Specification.new do |s|
  s.name = 'gem-env'
  s.version = '1.0.0'
  s.summary = 'x'
  s.files = ['lib/gem-env.rb']
  s.extensions = ['ext/gem-env/extconf.rb']
  s.require_paths = ['lib']
end
