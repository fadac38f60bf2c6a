//! Texts that want to break the engine: an error, never a crash.

use lazaret_hunt::{Class, HuntError, Language};
use proptest::prelude::*;

use crate::staged::bare;

fn class(text: &str) -> Option<Class> {
    static HUNT: std::sync::LazyLock<lazaret_hunt::Hunt> = std::sync::LazyLock::new(bare);
    HUNT.check(Language::Kql, text)
        .err()
        .map(|error| error.class())
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [
        ("(", ")"),
        ("not(", ")"),
        ("-", ""),
        ("dynamic([", "])"),
        ("toscalar(print x=", ")"),
    ] {
        let text = format!(
            "print a = {}1{}",
            open.repeat(100_000),
            close.repeat(100_000)
        );
        assert!(class(&text).is_some(), "{open}");
    }
    let pipes = format!("print a=1{}", " | where a == 1".repeat(20_000));
    let _ = class(&pipes);
}

#[test]
fn long_lists_are_not_deep() {
    let any = (0..5_000)
        .map(|n| format!("a == {n}"))
        .collect::<Vec<_>>()
        .join(" or ");
    let result = bare()
        .run(Language::Kql, &format!("print a = 4999 | where {any}"))
        .unwrap();
    assert_eq!(result.len(), 1);
    let list = (0..50_000)
        .map(|n| format!("\"v{n}\""))
        .collect::<Vec<_>>()
        .join(",");
    let result = bare()
        .run(
            Language::Kql,
            &format!("print a = \"v49999\" | where a in ({list})"),
        )
        .unwrap();
    assert_eq!(result.len(), 1);
}

#[test]
fn large_texts_and_expressions_are_refused() {
    let hunt = bare();
    let huge = " ".repeat(5 << 20);
    assert!(
        matches!(hunt.check(Language::Kql, &huge), Err(HuntError::Hunt(list)) if list[0].class == Class::Limit)
    );
    assert_eq!(
        class(r#"print a = "x" | where a matches regex "((a{1000}){1000}){1000}""#),
        Some(Class::Arguments)
    );
    assert_eq!(
        class(r#"print a = extract("(", 1, "x")"#),
        Some(Class::Arguments)
    );
    assert_eq!(class("range a from 1 to 1e15 step 1"), Some(Class::Limit));
    assert_eq!(class("let f = () { f() }; f()"), Some(Class::Limit));
}

#[test]
fn errors_say_where_and_what() {
    let render = |text: &str| match bare().check(Language::Kql, text) {
        Err(HuntError::Hunt(list)) => list
            .iter()
            .map(|one| one.render(text))
            .collect::<Vec<_>>()
            .join("\n"),
        other => format!("{other:?}"),
    };
    insta::assert_snapshot!(render("DeviceProcesEvents\n| take 1"));
    insta::assert_snapshot!(render("DeviceProcessEvents\n| wher FileName == \"a\""));
    insta::assert_snapshot!(render(
        "DeviceProcessEvents | project FileName | where FilName == \"a\""
    ));
    insta::assert_snapshot!(render("DeviceProcessEvents | extend a = tolowr(FileName)"));
    insta::assert_snapshot!(render(
        "DeviceProcessEvents | where FileName == \"a | take 1"
    ));
    insta::assert_snapshot!(render("let a = ;\nlet b = ];\nprint 1"));
    insta::assert_snapshot!(render(".show tables"));
    insta::assert_snapshot!(render(
        "DeviceProcessEvents | evaluate python(typeof(*), 'x')"
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = lazaret_hunt::kql::parse(&text);
        let parts = lazaret_hunt::kql::split(&text);
        prop_assert_eq!(parts.last().map(|last| last.end), Some(text.len()));
    }

    #[test]
    fn words_of_the_language_are_read_or_refused(
        words in prop::collection::vec(prop::sample::select(vec![
            "let", "a", "=", "(", ")", "[", "]", "{", "}", "|", "where", "extend", "summarize", "by", "join", "on",
            "kind", "union", "print", "1", "\"x\"", ",", ";", "==", "has_any", "!", "in", "~", "between", "..", "7d",
            "datatable", ":", "string", "mv-expand", "parse", "with", "*", "make-series", "step", "dynamic", "not", "-",
        ]), 0..40)
    ) {
        let text = words.join(" ");
        let _ = lazaret_hunt::kql::parse(&text);
    }
}
