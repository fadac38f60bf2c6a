//! Texts that mean harm, and errors that say where.

use std::fmt::Write as _;

use lazaret_hunt::{Class, HuntError, Language};
use proptest::prelude::*;

use crate::table;

fn error(text: &str) -> (Class, String) {
    match table().run(Language::Spl, text) {
        Ok(_) => panic!("{text} should not run"),
        Err(HuntError::Hunt(list)) => {
            let first = list.first().unwrap();
            (first.class, first.render(text))
        }
        Err(other) => panic!("{text}: {other}"),
    }
}

#[test]
fn errors_say_where_and_what() {
    let mut out = String::new();
    for text in [
        "index=t | predict n",
        "index=t | stats cuont by user",
        "index=t | eval a=uper(user)",
        "index=t | eval a=",
        "index=t | where (n>1",
        "index=t user=\"ada",
        "index=t | join user",
        "| tstats count from datamodel=Endpont.Processes",
        "| tstats count from datamodel=Endpoint.Process",
        "index=t | rex field=user \"(?<a>(\"",
        "index=t `no_such_macro(1)`",
        "| eval a=1",
        "index=t\n| sort n\n| anomalydetection",
    ] {
        writeln!(out, "{text}\n  {}", error(text).1).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn deep_and_large_texts_are_refused_or_run() {
    let deep = format!(
        "index=t | where {}n>1{}",
        "(".repeat(5_000),
        ")".repeat(5_000)
    );
    assert_eq!(error(&deep).0, Class::Limit);
    let brackets = format!("index=t {}", "[search index=t ".repeat(5_000));
    assert_eq!(error(&brackets).0, Class::Limit);
    let wide = format!("index=t ({})", vec!["user=x"; 3_000].join(" OR "));
    assert!(table().run(Language::Spl, &wide).unwrap().is_empty());
    let nots = format!("index=t {}user=x", "NOT ".repeat(5_000));
    assert_eq!(error(&nots).0, Class::Limit);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever the text: a tree or an error, no panic.
    #[test]
    fn any_text_is_read(text in "[a-zé|`\"\\[\\]()=*<>,. \\\\]{0,60}") {
        let _ = lazaret_hunt::spl::parser::parse(&text);
        let nothing = lazaret_hunt::spl::Knowledge::default();
        let _ = lazaret_hunt::spl::expand::expand(&text, &nothing);
    }
}

#[test]
fn any_expression_is_planned_or_refused() {
    let hunt = table();
    let pieces = [
        "n",
        "user",
        "\"é\"",
        "1",
        "-",
        "+",
        ".",
        "(",
        ")",
        "if(",
        "case(",
        ",",
        "=",
        " AND ",
        "NOT ",
        "mvindex(",
        "split(",
        "replace(",
        "[a-z",
        "\"{x\"",
        "'tags'",
        "strftime(",
        "printf(",
    ];
    // A fixed walk over combinations; each is answered or refused.
    let mut state = 7_usize;
    let (mut planned, mut refused) = (0, 0);
    for length in (1..9).cycle().take(400) {
        let mut text = String::from("index=t | eval a=");
        for _ in 0..length {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) % pieces.len()]);
        }
        match hunt.check(Language::Spl, &text) {
            Ok(_) => planned += 1,
            Err(HuntError::Hunt(_)) => refused += 1,
            Err(other) => panic!("{text}: {other}"),
        }
    }
    assert!(
        planned > 10 && refused > 10,
        "{planned} planned, {refused} refused"
    );
}
