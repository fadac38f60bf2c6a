//! Texts that want to break the engine: an error, never a crash.

#[path = "../broken/mod.rs"]
mod broken;

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

/// Hunts that use most of the language, to be broken.
const WHOLE: [&str; 9] = [
    "let t = 7d; DeviceProcessEvents | where Timestamp > ago(t) and FileName in~ ('a', \"b\") | summarize n = count(), make_set(ProcessCommandLine, 5) by DeviceName, bin(Timestamp, 1h) | top 5 by n desc",
    "let f = (a: string, b: long = 1) { strcat(a, tostring(b)) }; datatable(x: string, d: dynamic)['a', dynamic({\"k\": [1, 2]})] | mv-expand i = d.k to typeof(long) | extend y = f(x, i)",
    "DeviceNetworkEvents | join kind=leftouter (DeviceProcessEvents | project DeviceId, p = FileName) on DeviceId | where RemoteIP matches regex @'^10\\.' and not(ipv4_is_private(RemoteIP)) | parse RemoteUrl with * '//' host '/' rest",
    "EmailEvents | make-series n = count() default = 0 on Timestamp from ago(1d) to now() step 1h by SenderFromDomain | extend (a, b, c) = series_decompose_anomalies(n, 1.5) | render timechart",
    "range x from 1 to 10 step 1 | sort by x asc | extend p = prev(x), r = row_number(1, x % 3 == 0) | scan declare (c: long = 0) with (step s: true => c = x + s.c;)",
    "union withsource = T DeviceFileEvents, (DeviceEvents | where ActionType has_any ('x', 'y')) | evaluate bag_unpack(todynamic(AdditionalFields)) | distinct *",
    "search in (DeviceEvents) 'needle' | top-nested 3 of DeviceName by count(), top-nested 1 of ActionType by max(Timestamp) | lookup (print DeviceName = 'a') on DeviceName",
    "find withsource = origin in (DeviceEvents, DeviceFile*) where FileName:'needle*' and not('hay') project FileName: string, pack_all() | extend x = dynamic([1, 2]) | project array_sort_asc(x, x), series_stats(x)",
    "DeviceLogonEvents | summarize arg_max(Timestamp, *), percentiles(LogonId, 5, 95), dcountif(AccountName, LogonType == 'Network') by DeviceId | project-away *Id | serialize | mv-apply a = pack_array(1, 2) on (summarize sum(toint(a)))",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn broken_hunts_are_planned_or_refused(
        which in 0..WHOLE.len(),
        cuts in prop::collection::vec((0.0..1.0_f64, 0..24_usize, prop::sample::select(vec![
            "", " ", "(", ")", "|", "'", "\"", "[", "dynamic(", ", ", " by ", "| where ", "-", "..", "0x7fffffffffffffff", "1e400d", "\u{0}", "é",
        ])), 1..4)
    ) {
        let text = broken::cut(WHOLE[which], cuts);
        if let Some(class) = class(&text) {
            prop_assert_ne!(class, Class::Engine, "{}", text);
        }
    }
}

#[test]
fn a_megabyte_of_anything_is_planned_or_refused() {
    for (head, part, tail) in [
        ("print a = 1 | where a in (", "1, ", "2)"),
        ("print a = '", "x", "'"),
        ("print ", "a + ", "1"),
        ("print a = ", "strcat('a', ", "'b'"),
        ("print a = 1", " | extend a = a + 1", ""),
        ("print a = 1 ", "// comment\n", ""),
        ("", "let a = 1; ", "print a"),
        ("print a = dynamic(", "[", "1)"),
        ("union ", "DeviceEvents, ", "DeviceEvents"),
        ("print a = 'x' | where a matches regex '", "(a|b)*", "'"),
        ("print a = 'x' | where ", "a has 'x' and ", "true"),
        ("print a = case(", "1 == 2, 'a', ", "'b')"),
        ("print a = strcat('a'", ", 'b'", ")"),
    ] {
        let text = broken::megabyte(head, part, tail);
        if let Some(class) = class(&text) {
            assert_ne!(class, Class::Engine, "{head}{part}");
        }
    }
}
