//! `extract`, `convert` and `sigfig`, by what the reference says of them.

use lazaret_hunt::Language;

use crate::{rows, run, table};

fn extracted(raw: &str, command: &str) -> Vec<String> {
    let raw = raw.replace('\\', "\\\\").replace('"', "\\\"");
    rows(
        &table(),
        &format!("| makeresults | eval _raw=\"{raw}\" | {command}"),
    )
}

#[test]
fn pairs_between_delimiters() {
    let found = extracted(
        "a=1|b:2;c=\"x;y\"|free text|d=",
        r#"extract pairdelim="|;", kvdelim="=:" | table a b c d"#,
    );
    assert_eq!(found, ["1|2|x;y|"]);
    // A value with the delimiter in it is not extracted.
    let found = extracted(
        "Referer: https://example.com; Host: ws1",
        r#"kv pairdelim=";" kvdelim=":" | table Host Referer"#,
    );
    assert_eq!(found, ["ws1|"]);
    let found = extracted(
        "user name=ada\tsrc-ip=192.0.2.7",
        r#"extract pairdelim="\t" kvdelim="=" | table user_name src_ip"#,
    );
    assert_eq!(found, ["ada|192.0.2.7"]);
    let found = extracted(
        "src-ip=192.0.2.7",
        r#"extract clean_keys=false | fields src* | fields - _*"#,
    );
    assert_eq!(found, ["192.0.2.7"]);
}

#[test]
fn pairs_without_delimiters() {
    let found = extracted(
        r#"login failed user=ada src="192.0.2.7 (vpn)", n=3 user=bob"#,
        "kv | table user src n",
    );
    assert_eq!(found, ["ada|192.0.2.7 (vpn)|3"]);
    let found = extracted("user=ada user=bob", "extract mv_add=t | table user");
    assert_eq!(found, [r#"["ada","bob"]"#]);
    // A field that is there stays.
    let found = extracted("a=1 b=2", "eval a=9 | extract | table a b");
    assert_eq!(found, ["9|2"]);
    let found = extracted("a=1 b=2 c=3", "extract limit=2 | table a b c");
    assert_eq!(found, ["1|2|"]);
}

#[test]
fn without_an_event_nothing_is_extracted_and_it_is_said() {
    let result = run(&table(), "index=t | extract | stats count");
    assert!(result.warnings.iter().any(|w| w.message.contains("_raw")));
    let hunt = table();
    let checked = hunt
        .check(
            Language::Spl,
            "| makeresults | eval _raw=\"a=1\" | kv | where a=1",
        )
        .unwrap();
    assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
}

fn converted(value: &str, function: &str) -> Vec<String> {
    rows(
        &table(),
        &format!("| makeresults | eval v=\"{value}\" | convert {function}(v) AS w | table w"),
    )
}

#[test]
fn conversions() {
    for (value, function, wanted) in [
        ("00:02:05", "dur2sec", "125"),
        ("1+01:00:01", "dur2sec", "90001"),
        ("soon", "dur2sec", ""),
        ("2m", "memk", "2048"),
        ("1.5g", "memk", "1572864"),
        ("10k", "memk", "10"),
        ("512", "memk", "512"),
        ("-5m", "memk", ""),
        ("03:20.500", "mstime", "200.5"),
        ("7.25", "mstime", "7.25"),
        ("1,000,000.00", "rmcomma", "1000000.00"),
        ("19 MB", "rmunit", "19"),
        ("12.5", "num", "12.5"),
        ("none", "num", ""),
        ("none", "auto", "none"),
        ("12.50", "auto", "12.5"),
        ("19 MB", "none", "19 MB"),
    ] {
        assert_eq!(converted(value, function), [wanted], "{function}({value})");
    }
}

#[test]
fn significant_figures() {
    for (expression, wanted) in [
        ("sigfig(1.00*1111)", "1110"),
        ("sigfig(123.0+4.567)", "127.6"),
        ("sigfig(0.23*0.014)", "0.0032"),
        ("sigfig(10.0/3)", "3"),
        ("sigfig(10.0/3.00)", "3.33"),
        ("sigfig(-1.00*1111)", "-1110"),
        ("sigfig(\"1.50\"*2.25)", "3.38"),
        ("sigfig(1.5-1.25)", "0.3"),
        ("exact(1.00*1111)", "1111"),
        ("sigfig(null())", ""),
        ("sigfig(0*1.5)", "0"),
    ] {
        let found = rows(
            &table(),
            &format!("| makeresults | eval v={expression} | table v"),
        );
        assert_eq!(found, [wanted], "{expression}");
    }
}
