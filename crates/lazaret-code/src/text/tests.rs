use proptest::prelude::*;

use super::facts;

fn names(text: &str) -> Vec<&'static str> {
    facts("x.js", text.as_bytes())
        .traits
        .iter()
        .map(|t| t.name)
        .collect()
}

fn selectors(payload: &str) -> String {
    payload
        .bytes()
        .map(|b| {
            let code = if b < 16 {
                0xfe00 + u32::from(b)
            } else {
                0xe0100 + u32::from(b) - 16
            };
            char::from_u32(code).unwrap_or('?')
        })
        .collect()
}

#[test]
fn a_payload_in_variation_selectors_is_decoded() {
    let text = format!(
        "const s = v => [...v];\neval(s(`{}`));\n",
        selectors("fetch('http://example.com')")
    );
    let facts = facts("x.js", text.as_bytes());
    assert_eq!(facts.traits.len(), 1);
    assert_eq!(facts.traits[0].name, "invisible-unicode");
    assert_eq!(facts.traits[0].location.line, 2);
    assert_eq!(facts.hidden[0].bytes, b"fetch('http://example.com')");
}

#[test]
fn bits_as_fillers_are_decoded_either_way_round() {
    for (zero, one) in [('\u{ffa0}', '\u{3164}'), ('\u{200b}', '\u{200c}')] {
        let text: String = "run()!"
            .bytes()
            .flat_map(|b| {
                (0..8)
                    .rev()
                    .map(move |i| if b >> i & 1 == 1 { one } else { zero })
            })
            .collect();
        let facts = facts("x.js", format!("a = '{text}'").as_bytes());
        assert_eq!(facts.hidden[0].bytes, b"run()!");
    }
}

#[test]
fn direction_controls_are_named_but_not_in_hebrew_text() {
    assert_eq!(
        names("if (a /*\u{202e} } \u{2066}if (admin)\u{2069} \u{2066} begin */) {"),
        ["bidi-control"]
    );
    assert!(names("msg = '\u{2067}שלום עולם שלום עולם שלום עולם\u{2069}'").is_empty());
}

#[test]
fn code_far_right_is_named_but_not_a_table() {
    let gap = " ".repeat(300);
    assert_eq!(
        names(&format!("x = 1;{gap}require('child_process').exec(a);\n")),
        ["hidden-right"]
    );
    assert!(names(&format!("| cell |{gap}| cell |\n")).is_empty());
    assert!(names(&format!("{}foo(bar(baz));\n", " ".repeat(140))).is_empty());
}

#[test]
fn jsfuck_is_named_but_not_a_ruler() {
    assert_eq!(names(&"[][(![]+[])[+[]]+(!![]+[])]".repeat(40)), ["jsfuck"]);
    assert!(names(&"=-".repeat(500)).is_empty());
}

#[test]
fn blobs_are_named_but_not_data_urls_or_padding() {
    let noise: String = (0..3000_u32)
        .map(|i| {
            let digit = i.wrapping_mul(2_654_435_761) >> 26;
            char::from(
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[digit as usize],
            )
        })
        .collect();
    assert_eq!(
        names(&format!("p = \"{noise}\"\n").repeat(1)),
        ["minified", "encoded-blob"]
    );
    assert!(!names(&format!("u = \"data:font/woff;base64,{noise}\"")).contains(&"encoded-blob"));
    assert!(!names(&"A".repeat(5000)).contains(&"encoded-blob"));
}

#[test]
fn lookalike_names_are_named_but_not_words_of_other_scripts() {
    assert_eq!(names("rеquire('x')"), ["homoglyph-identifier"]);
    assert!(names("// Привет, мир: функция eval и test_функция, μs, Δt").is_empty());
}

#[test]
fn generated_names_and_escapes_are_named() {
    assert_eq!(names(&"_0x12ab(_0x3c4d);".repeat(20)), ["hex-names"]);
    assert_eq!(names(&r"\x68\x74\x74\x70".repeat(20)), ["escaped-text"]);
    assert!(names("const c = '\\x41'; // one").is_empty());
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        facts("x", &bytes);
    }

    #[test]
    fn hidden_text_comes_back(payload in "[ -~]{8,60}") {
        let text = format!("x = `{}`", selectors(&payload));
        let facts = facts("x", text.as_bytes());
        prop_assert_eq!(&facts.hidden[0].bytes, payload.as_bytes());
    }
}
