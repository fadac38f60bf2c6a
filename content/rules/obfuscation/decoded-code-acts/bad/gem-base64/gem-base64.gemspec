Gem::Specification.new do |s|
  s.name = 'gem-base64'
  s.version = '1.0.0'
  s.summary = 'x'
  s.files = ['lib/gem-base64.rb']
  s.extensions = ['ext/gem-base64/extconf.rb']
  s.require_paths = ['lib']
end
