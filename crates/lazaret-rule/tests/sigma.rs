//! The detection language on examples after the Sigma specification.

#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use lazaret_rule::{FieldValue, Folders, Options, Predicate, Record, RuleIndexBuilder, Tells};
use proptest::prelude::*;

fn matches(yaml: &str, pairs: &[(&str, &str)]) -> bool {
    Predicate::parse(yaml, &Options::default())
        .unwrap()
        .matches(&Record::from_iter(pairs.iter().copied()))
}

fn test(key: &str, value: &str, field: &str) -> bool {
    matches(
        &format!("s:\n  {key}: {value}\ncondition: s"),
        &[("f", field)],
    )
}

#[test]
fn values_match_as_the_specification_says() {
    for (key, value, field, expected) in [
        ("f", "Foo", "foo", true),
        ("f|cased", "Foo", "foo", false),
        ("f", "'*.exe'", "a.EXE", true),
        ("f", "'a?c'", "abc", true),
        ("f", "'a\\*c'", "abc", false),
        ("f", "'a\\*c'", "a*c", true),
        ("f", "'C:\\Windows\\\\*'", "c:\\windows\\x", true),
        ("f|contains", "[x, y]", "__y__", true),
        ("f|contains|all", "[x, y]", "__y__", false),
        ("f|contains|all", "[x, y]", "_xy_", true),
        ("f|startswith", "ab", "abc", true),
        ("f|endswith", "bc", "abc", true),
        ("f|endswith", "abcd", "bcd", false),
        ("f|re", "'^a+$'", "aaa", true),
        ("f|cidr", "10.0.0.0/8", "10.2.3.4", true),
        ("f|cidr", "10.0.0.0/8", "11.2.3.4", false),
        ("f|cidr", "0.0.0.0/0", "11.2.3.4", true),
        ("f|cidr", "'fe80::/10'", "fe80::1", true),
        ("f|gt", "3", "4", true),
        ("f|lte", "3", "4", false),
        ("f|exists", "true", "", true),
        ("g|exists", "false", "", true),
        ("f", "''", "", true),
        ("g", "null", "", true),
        ("f|neq", "x", "y", true),
        ("f|windash|contains", "' -enc'", "powershell /enc", true),
        (
            "f|base64offset|contains",
            "powershell",
            "eHBvd2Vyc2hlbGwg",
            true,
        ),
        ("f|wide|base64offset|contains", "iex", "aQBlAHgA", true),
        ("f|glob", "'src/*.js'", "src/a.js", true),
        ("f|glob", "'src/*.js'", "src/a/b.js", false),
        ("f|glob", "'**/*.{js,ts}'", "src/a/b.ts", true),
        ("f|entropy|gt", "4", "0123456789abcdefghijkl", true),
        ("f|entropy|gt", "4", "aaaaaaaaaaaaaaaa", false),
        ("f|length|gte", "3", "abc", true),
        ("f", "ÄPFEL", "äpfel", true),
    ] {
        assert_eq!(
            test(key, value, field),
            expected,
            "{key}: {value} on {field}"
        );
    }
}

#[test]
fn lists_of_values_and_fields() {
    let yaml = "s:\n  tags|all: [a, b]\n  name|fieldref: other\ncondition: s";
    let predicate = Predicate::parse(yaml, &Options::default()).unwrap();
    let mut record = Record::from_iter([("name", "X"), ("other", "x")]);
    record.set("tags", FieldValue::List(vec!["b".into(), "a".into()]));
    assert!(predicate.matches(&record));
    record.set("tags", FieldValue::List(vec!["b".into()]));
    assert!(!predicate.matches(&record));
}

#[test]
fn keywords_look_everywhere() {
    let yaml = "keywords: [evil, bad]\ncondition: keywords";
    assert!(matches(yaml, &[("any", "an EVIL thing")]));
    assert!(!matches(yaml, &[("any", "a good thing")]));
}

#[test]
fn placeholders_are_filled_or_refused() {
    let yaml = "s:\n  f|expand: '%servers%'\ncondition: s";
    let mut options = Options::default();
    assert!(Predicate::parse(yaml, &options).is_err());
    options
        .placeholders
        .insert("servers".into(), vec!["a".into(), "b".into()]);
    let predicate = Predicate::parse(yaml, &options).unwrap();
    assert!(predicate.matches(&Record::from_iter([("f", "b")])));
}

#[test]
fn errors_say_where() {
    let error =
        Predicate::parse("s:\n  f|bogus: 1\ncondition: s", &Options::default()).unwrap_err();
    assert!(error.place.starts_with("s > f|bogus"), "{error}");
    let error = Predicate::parse("s: [", &Options::default()).unwrap_err();
    assert!(error.place.contains(':'), "{error}");
}

proptest! {
    /// The index may offer too much, never too little.
    #[test]
    fn the_index_loses_no_match(
        values in prop::collection::vec("[ab*?]{1,3}", 1..4),
        text in "[abAB]{0,5}",
        modifier in prop::sample::select(vec!["", "|contains", "|startswith", "|endswith", "|contains|all"]),
        negated in any::<bool>(),
    ) {
        let list = values.iter().map(|v| format!("'{v}'")).collect::<Vec<_>>().join(", ");
        let condition = if negated { "s or not t" } else { "s and not t" };
        let yaml = format!("s:\n  f{modifier}: [{list}]\nt:\n  f: aa\ncondition: {condition}");
        let predicate = Predicate::parse(&yaml, &Options::default()).unwrap();
        let mut builder = RuleIndexBuilder::default();
        builder.add(&predicate);
        let event = Record::from_iter([("f", text.as_str())]);
        if predicate.matches(&event) {
            prop_assert_eq!(builder.finish().candidates(&event), vec![0]);
        }
    }

    /// Nor with regular expressions, whose texts the index looks for.
    #[test]
    fn the_index_loses_no_match_of_an_expression(
        parts in prop::collection::vec(
            prop::sample::select(vec!["abc", "ab[ab]", "a.c", "aab+", r"\bab", "ba?b", "|", "(?:abb|ca)"]),
            1..6,
        ),
        tail in prop::sample::select(vec!["", "*", "+", "?", "{0,2}", "{2}"]),
        text in "[abcABC ]{0,12}",
    ) {
        let source = parts.concat();
        let yaml = format!("s:\n  f|re|i: '(?:{source}){tail}'\ncondition: s");
        if let Ok(predicate) = Predicate::parse(&yaml, &Options::default()) {
            let mut builder = RuleIndexBuilder::default();
            builder.add(&predicate);
            let event = Record::from_iter([("f", text.as_str())]);
            if predicate.matches(&event) {
                prop_assert_eq!(builder.finish().candidates(&event), vec![0]);
            }
        }
    }

    /// Where some fields are known, no match is ruled out, and the index of the
    /// others loses none.
    #[test]
    fn what_is_known_rules_out_no_match(
        values in prop::collection::vec("[ab*]{1,3}", 6),
        texts in prop::collection::vec("[abAB]{0,4}", 3),
        known in prop::collection::vec(any::<bool>(), 3),
        tells in prop::sample::select(vec![Tells::Little, Tells::Value, Tells::Presence]),
        modifiers in prop::collection::vec(prop::sample::select(vec!["", "|contains", "|re", "|neq"]), 6),
        condition in prop::sample::select(vec![
            "s0 and s1", "s0 or s1 and not s2", "not (s3 or s4) and s5", "2 of s*", "all of them",
            "1 of s* and not s4", "not s0", "not 1 of s3*",
        ]),
    ) {
        let mut yaml = String::new();
        for (at, (value, modifier)) in values.iter().zip(&modifiers).enumerate() {
            let value = if *modifier == "|re" { value.replace('*', ".") } else { value.clone() };
            let other = if at == 2 { "g0" } else { "f0" };
            let field = if at % 2 == 0 { other.to_owned() } else { format!("f{}", at % 3) };
            yaml += &format!("s{at}:\n  {field}{modifier}: '{value}'\n");
        }
        yaml += &format!("condition: {condition}");
        let Ok(predicate) = Predicate::parse(&yaml, &Options::default()) else { return Ok(()) };
        let names = ["f0", "f1", "f2"];
        let event = Record::from_iter(names.into_iter().zip(texts.iter().map(String::as_str)));
        let knows = |field: &str| {
            names.iter().position(|name| *name == field).is_some_and(|at| known[at])
        };
        let mut builder = RuleIndexBuilder::default();
        builder.add_by(&predicate, &|field| match knows(field) {
            true => Tells::Nothing,
            false => tells,
        });
        let index = builder.finish();
        let may = predicate.may_match(&event, &knows);
        let mut found = Vec::new();
        let mut folders = Folders::default();
        index.candidates_of(&index.narrowed(|_| may), &event, &mut folders, &mut found);
        if predicate.matches(&event) {
            prop_assert!(may, "{}", yaml);
            prop_assert_eq!(found, vec![0], "{}", yaml);
        }
        // All is known: then it is no guess.
        prop_assert_eq!(predicate.may_match(&event, &|_| true), predicate.matches(&event));
    }

    /// Nor where a field's presence is what the index goes by; and what has not
    /// the field is no candidate then.
    #[test]
    fn presence_loses_no_match(
        test in prop::sample::select(vec![
            "{n|gte: 5}", "{n|lt: 5, a: x}", "{n|exists: true, a|contains: x}",
            "{n|exists: false}", "{n: null, a: x}", "[{n|gte: 5}, {a: x}]",
        ]),
        number in prop::option::of(0_i32..9),
        text in "[xy]{0,2}",
        tells in prop::collection::vec(
            prop::sample::select(vec![Tells::Nothing, Tells::Little, Tells::Value, Tells::Presence]), 2,
        ),
    ) {
        let predicate = Predicate::parse(&format!("s: {test}\ncondition: s"), &Options::default());
        let predicate = predicate.unwrap();
        let mut event = Record::from_iter([("a", text.as_str())]);
        if let Some(number) = number {
            event.set("n", f64::from(number));
        }
        let mut builder = RuleIndexBuilder::default();
        builder.add_by(&predicate, &|field| tells[usize::from(field == "n")]);
        let found = builder.finish().candidates(&event);
        if predicate.matches(&event) {
            prop_assert_eq!(&found, &vec![0]);
        }
        let needed = test.starts_with("{n|") && !test.contains("false");
        if needed && number.is_none() && tells[1] == Tells::Presence {
            prop_assert!(found.is_empty());
        }
    }

    /// Nor where a field is looked for at the end of another.
    #[test]
    fn ends_of_fields_lose_no_match(
        value in prop::sample::select(vec![
            "'a'", "'ab'", "'a b'", "'*a'", "'a*'", "'*b*'", "''", "'a?b'",
        ]),
        expression in prop::option::of(prop::sample::select(vec![
            "^ab", "ab$", r"^ab\b", r"\bab", "(?:^|a)b", r"(?:^|\s)ab", r"ab(?:\s|$)", "^a.b$",
        ])),
        path in "(/?[abAB ]{0,4}){0,3}",
    ) {
        let test = match expression {
            Some(expression) => format!("n|re|i: '{expression}'"),
            None => format!("n: {value}"),
        };
        let yaml = format!("s: {{{test}}}\ncondition: s");
        let predicate = Predicate::parse(&yaml, &Options::default()).unwrap();
        let mut builder = RuleIndexBuilder::default();
        builder.add_by(&predicate, &|field| match field {
            "n" => Tells::End { of: "p", behind: '/' },
            _ => Tells::Value,
        });
        let name = path.rsplit('/').next().unwrap_or_default();
        let event = Record::from_iter([("p", path.as_str()), ("n", name)]);
        if predicate.matches(&event) {
            prop_assert_eq!(builder.finish().candidates(&event), vec![0]);
        }
    }

    /// What is remembered of folders changes no answer.
    #[test]
    fn folders_change_nothing(
        values in prop::collection::vec("[ab/]{1,4}", 1..6),
        modifiers in prop::collection::vec(
            prop::sample::select(vec!["", "|contains", "|startswith", "|endswith"]), 6,
        ),
        paths in prop::collection::vec(("(/[abAB]{1,9}){0,4}", "/?[ab]{0,4}"), 1..20),
    ) {
        let mut builder = RuleIndexBuilder::default();
        for (value, modifier) in values.iter().zip(&modifiers) {
            let yaml = format!("s:\n  f{modifier}: '{value}'\ncondition: s");
            builder.add(&Predicate::parse(&yaml, &Options::default()).unwrap());
        }
        let index = builder.finish();
        let all = index.narrowed(|_| true);
        let mut folders = Folders::default();
        let mut found = Vec::new();
        // Each with each: most folders are met again.
        for (folder, _) in &paths {
            for (_, name) in &paths {
                let path = format!("{folder}{name}");
                let event = Record::from_iter([("f", path.as_str())]);
                index.candidates_of(&all, &event, &mut folders, &mut found);
                prop_assert_eq!(&found, &index.candidates(&event), "{}", path);
            }
        }
    }

    /// No text makes the compiler panic.
    #[test]
    fn any_text_compiles_or_is_refused(text in "\\PC{0,200}") {
        let _ = Predicate::parse(&text, &Options::default());
        let _ = Predicate::parse(&format!("s:\n  {text}\ncondition: s"), &Options::default());
    }
}
