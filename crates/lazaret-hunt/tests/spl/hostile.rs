//! Texts that mean harm, and errors that say where.

#[path = "../broken/mod.rs"]
mod broken;

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

/// Searches that use most of the language, to be broken.
const WHOLE: [&str; 6] = [
    "| tstats summariesonly=true count min(_time) as firstTime values(Processes.process) as p from datamodel=Endpoint.Processes where Processes.process_name IN (\"a.exe\", b*) by Processes.dest _time span=1h | `drop_dm_object_name(Processes)` | `security_content_ctime(firstTime)`",
    "index=t user=a* NOT n>3 earliest=-24h@h | eval a=if(match(user,\"^a\"),mvindex(split(user,\",\"),0),null()), b=round(n/2,1) | stats count dc(user) AS u by a b | sort - count | head 5",
    "index=t | rex field=user \"(?<x>\\w+)@(?<y>\\w+)\" | join type=left user [search index=t | dedup user | fields user n | rename n AS m] | where isnotnull(m) | transaction user maxspan=5m",
    "| makeresults count=3 | streamstats count AS c | eval v=mvrange(1,c) | mvexpand v | foreach c v [eval <<FIELD>>=<<FIELD>>+1] | appendpipe [stats sum(v) AS v] | fillnull value=0",
    "index=t | extract pairdelim=\"|;\" kvdelim=\"=:\" limit=3 | convert memk(n) AS k auto(u*) | eval f=sigfig(-1.00*n/(n+2.5)) | addtotals col=t labelfield=user label=All n k | xyseries sep=\"-\" host user n k | untable host name value | transpose 3 header_field=name column_name=c include_empty=f",
    "index=t | spath input=raw path=a.b{}.c output=d | timechart span=1h count by user limit=3 | eventstats avg(n) AS m | lookup own user OUTPUT name | convert ctime(_time) AS when | top limit=2 user by n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn broken_searches_are_planned_or_refused(
        which in 0..WHOLE.len(),
        cuts in prop::collection::vec((0.0..1.0_f64, 0..24_usize, prop::sample::select(vec![
            "", " ", "(", ")", "|", "`", "\"", "[", "[search ", ", ", " by ", "| where ", "-", "*", "99999999999999999999", "\u{0}", "é",
        ])), 1..4)
    ) {
        let text = broken::cut(WHOLE[which], cuts);
        static HUNT: std::sync::LazyLock<lazaret_hunt::Hunt> = std::sync::LazyLock::new(table);
        if let Err(error) = HUNT.check(Language::Spl, &text) {
            prop_assert_ne!(error.class(), Class::Engine, "{}", text);
        }
    }
}

#[test]
fn a_megabyte_of_anything_is_planned_or_refused() {
    let hunt = table();
    for (head, part, tail) in [
        ("index=t ", "user=x OR ", "user=y"),
        ("index=t user IN (", "a, ", "b)"),
        ("index=t ", "| eval n=n+1 ", ""),
        ("index=t | eval a=", "n+", "1"),
        ("index=t | eval a=", "lower(", "user"),
        ("index=t | where ", "NOT ", "n=1"),
        ("index=t ", "```comment``` ", ""),
        ("index=t | eval a=case(", "n=1, 2, ", "true(), 3)"),
        ("index=t | rex field=user \"", "(a|b)*", "\""),
        ("index=t | stats ", "count AS c, ", "count AS d"),
        ("", "`security_content_summariesonly` ", ""),
    ] {
        let text = broken::megabyte(head, part, tail);
        if let Err(error) = hunt.check(Language::Spl, &text) {
            assert_ne!(error.class(), Class::Engine, "{head}{part}: {error}");
        }
    }
}
