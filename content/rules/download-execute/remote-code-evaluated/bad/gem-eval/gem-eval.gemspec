Gem::Specification.new do |s|
  s.name = 'gem-eval'
  s.version = '1.0.0'
  s.summary = 'x'
  s.files = ['lib/gem-eval.rb']
  s.extensions = ['ext/gem-eval/extconf.rb']
  s.require_paths = ['lib']
end
