use proptest::prelude::*;

use super::lower;

const SAMPLE: &str = r#"
require 'net/http'
class A < B
  def self.run(x) = eval(x)
  def go; @a&.send(:eval, "x"); yield 1; end
end
begin; a; rescue => e; b; ensure; c; end
h = {a: 1, "b" => `id`}
File.open("x") { |f| f.write(<<~EOS) }
  hi #{h[:a]}
EOS
"#;

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC*") {
        lower(&text);
    }

    #[test]
    fn a_cut_file_is_read(start in 0..SAMPLE.len(), end in 0..SAMPLE.len()) {
        if let Some(text) = SAMPLE.get(start.min(end)..start.max(end)) {
            lower(text);
        }
    }
}

#[test]
fn deep_nesting_ends() {
    for open in ["(", "[", "{", "a(", "if a;", "\"#{", "-> { "] {
        lower(&open.repeat(20_000));
    }
}
