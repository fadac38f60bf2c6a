Gem::Specification.new do |s|
  s.name = 'gem-ssh'
  s.version = '1.0.0'
  s.summary = 'x'
  s.files = ['lib/gem-ssh.rb']
  s.extensions = ['ext/gem-ssh/extconf.rb']
  s.require_paths = ['lib']
end
