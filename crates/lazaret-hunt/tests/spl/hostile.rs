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
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the text: an answer or an error, no panic.
    #[test]
    fn any_text_is_answered(text in "[a-z|`\"\\[\\]()=*<>,. \\\\]{0,60}") {
        let _ = lazaret_hunt::spl::parser::parse(&text);
    }
}
