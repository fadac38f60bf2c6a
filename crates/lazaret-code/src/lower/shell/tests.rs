use proptest::prelude::*;

use super::lower;

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC*") {
        lower(&text);
    }

    #[test]
    fn any_mix_of_tokens_is_read(tokens in prop::collection::vec(
        prop::sample::select(vec![
            "if", "then", "fi", "for", "in", "do", "done", "case", "esac", ";;", "{", "}", "(", ")",
            "$(", "${", "`", "\"", "'", "<<E", "E", "\n", "|", "&&", "||", "&", ";", ">", "<(", "[[",
            "]]", "[", "]", "x=1", "x=(", "$x", "$((", "))", "\\", "é", "function f", "()", "#", "=~",
            " ", "echo", "$'", "${x:1:2}", "${x//a/b}", "!", "2>&1", "/dev/tcp/192.0.2.1/1",
        ]), 0..60), joined in any::<bool>()) {
        lower(&tokens.join(if joined { "" } else { " " }));
    }
}

#[test]
fn deep_nesting_ends() {
    for open in [
        "$(",
        "(",
        "{ ",
        "if ",
        "`",
        "${x:-",
        "\"$(",
        "$((",
        "<(",
        "[[ (",
        "for a in $(",
    ] {
        lower(&open.repeat(50_000));
    }
}
