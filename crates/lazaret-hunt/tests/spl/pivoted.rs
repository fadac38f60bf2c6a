//! Commands that turn rows into columns, columns into rows, and add totals.

use lazaret_hunt::Language;

use crate::{rows, run, table};

fn columns(text: &str) -> Vec<String> {
    let found = run(&table(), text).columns;
    found.into_iter().map(|column| column.name).collect()
}

#[test]
fn a_column_of_totals() {
    let hunt = table();
    let found = rows(
        &hunt,
        r#"| makeresults | eval a=1, b="2", c="x" | table a b c | addtotals"#,
    );
    assert_eq!(found, ["1|2|x|3"]);
    let found = rows(
        &hunt,
        "index=t | stats sum(n) AS s count BY host | addtotals fieldname=all s",
    );
    assert_eq!(found, ["a|11|2|11", "b|5|2|5"]);
}

#[test]
fn a_row_of_totals() {
    let hunt = table();
    let by_host = "index=t | stats sum(n) AS s count BY host";
    let found = rows(&hunt, &format!("{by_host} | addcoltotals"));
    assert_eq!(found, ["a|11|2", "b|5|2", "|16|4"]);
    let found = rows(
        &hunt,
        &format!("{by_host} | addcoltotals labelfield=host label=ALL s"),
    );
    assert_eq!(found, ["a|11|2", "b|5|2", "ALL|16|"]);
    let found = rows(
        &hunt,
        &format!("{by_host} | addtotals col=true labelfield=host"),
    );
    assert_eq!(found, ["a|11|2|13", "b|5|2|7", "Total|16|4|20"]);
    let found = rows(
        &hunt,
        &format!("{by_host} | addtotals row=f col=t labelfield=what"),
    );
    assert_eq!(found, ["a|11|2|", "b|5|2|", "|16|4|Total"]);
}

#[test]
fn values_become_columns() {
    let hunt = table();
    let grouped = "index=t user=* | stats count sum(n) AS s BY host user";
    let text = format!("{grouped} | xyseries host user count");
    assert_eq!(rows(&hunt, &text), ["a||1|1", "b|1||"]);
    assert_eq!(columns(&text), ["host", "Ada", "ada", "bob"]);
    let text = format!("{grouped} | xyseries host, user, count, s");
    assert_eq!(
        columns(&text),
        [
            "host",
            "count: Ada",
            "count: ada",
            "count: bob",
            "s: Ada",
            "s: ada",
            "s: bob"
        ]
    );
    assert_eq!(rows(&hunt, &text), ["a||1|1||1|10", "b|1|||2||"]);
    let text = format!("{grouped} | xyseries sep=\"-\" host user count s | table host s-bob");
    assert_eq!(rows(&hunt, &text), ["a|10", "b|"]);
    let text =
        format!("{grouped} | xyseries host user count s format=\"$VAL$/$AGG$\" | fields host bob*");
    assert_eq!(columns(&text), ["host", "bob/count", "bob/s"]);
}

#[test]
fn columns_become_rows() {
    let hunt = table();
    let wide = "index=t user=* | stats count BY host user | xyseries host user count";
    assert_eq!(
        rows(&hunt, &format!("{wide} | untable host user count")),
        ["a|ada|1", "a|bob|1", "b|Ada|1"]
    );
    let found = rows(
        &hunt,
        r#"| makeresults | eval k="x", a=1, b="two" | fields - _time | untable k name value"#,
    );
    assert_eq!(found, ["x|a|1", "x|b|two"]);
}

#[test]
fn rows_become_columns() {
    let hunt = table();
    let by_host = "index=t | stats sum(n) AS s count BY host";
    let text = format!("{by_host} | transpose");
    assert_eq!(columns(&text), ["column", "row 1", "row 2"]);
    assert_eq!(rows(&hunt, &text), ["host|a|b", "s|11|5", "count|2|2"]);
    let text = format!("{by_host} | transpose header_field=host column_name=what");
    assert_eq!(columns(&text), ["what", "a", "b"]);
    assert_eq!(rows(&hunt, &text), ["s|11|5", "count|2|2"]);
    let text = format!("{by_host} | transpose 1");
    assert_eq!(columns(&text), ["column", "row 1"]);
    let seven = "| makeresults count=7 | streamstats count AS n | table n";
    assert_eq!(columns(&format!("{seven} | transpose")).len(), 6);
    assert_eq!(columns(&format!("{seven} | transpose 0")).len(), 8);
    assert_eq!(
        rows(
            &hunt,
            &format!("{seven} | sort - n | transpose 3 | where 'row 1' > 6")
        ),
        ["n|7|6|5"]
    );
    let with_nothing = "| makeresults | eval a=1, b=null() | table a b";
    assert_eq!(
        rows(&hunt, &format!("{with_nothing} | transpose")),
        ["a|1", "b|"]
    );
    assert_eq!(
        rows(
            &hunt,
            &format!("{with_nothing} | transpose include_empty=false")
        ),
        ["a|1"]
    );
}

/// Without rows nobody knows the columns, so any may be named.
#[test]
fn checked_without_rows() {
    let hunt = table();
    for text in [
        "index=t | xyseries host user n | where ada > 1",
        "index=t | transpose | eval x='row 1'",
        "index=t | untable host a b | where b > 1",
        "index=t | addtotals col=t | where Total > 1",
    ] {
        let summary = hunt.check(Language::Spl, text).unwrap();
        assert!(summary.warnings.is_empty(), "{text} {:?}", summary.warnings);
    }
    for text in ["index=t | xyseries host user", "index=t | untable host a"] {
        let error = hunt.check(Language::Spl, text).unwrap_err().to_string();
        assert!(error.contains("takes"), "{error}");
    }
}
