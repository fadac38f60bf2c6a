//! What expressions and operators mean, on tables worked by hand.

use lazaret_hunt::Language;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::staged::bare;

/// The rows of a query.
pub fn rows(query: &str) -> Value {
    match bare().run(Language::Kql, query) {
        Ok(result) => json!(result.rows()),
        Err(error) => panic!("{query}\n{error}"),
    }
}

/// The value of an expression.
fn value(expression: &str) -> Value {
    rows(&format!("print v = {expression}"))[0][0].clone()
}

#[test]
fn text_operators_know_terms_and_case() {
    for (expression, wanted) in [
        (r#""North America" has "america""#, true),
        (r#""North America" has "amer""#, false),
        (r#""North America" hasprefix "ame""#, true),
        (r#""North America" hassuffix "ica""#, true),
        (r#""North America" has_cs "america""#, false),
        (r#""North America" contains "TH AM""#, true),
        (r#""North America" contains_cs "th am""#, false),
        (r#""Fabrikam" startswith "fab""#, true),
        (r#""Fabrikam" startswith_cs "fab""#, false),
        (r#""Fabrikam" endswith "KAM""#, true),
        (r#""aBc" =~ "AbC""#, true),
        (r#""aBc" == "abc""#, false),
        (r#""aBc" !~ "abc""#, false),
        (r#""abc" =~ tostring(dynamic("ABC"))"#, true),
        (r#""straße" =~ "STRASSE""#, false),
        (r#""Ärger" =~ "äRGER""#, true),
        (r#"tostring(dynamic(null)) =~ """#, true),
        (r#""" !~ tostring(dynamic(null))"#, false),
        (r#""abc" in ("123", "345", "abc")"#, true),
        (r#""Abc" in ("abc")"#, false),
        (r#""Abc" in~ ("abc")"#, true),
        (r#""bca" !in ("123", "abc")"#, true),
        (r#""North Carolina" has_any("south", "north")"#, true),
        (r#""North and South" has_all("south", "north")"#, true),
        (r#""North" has_all("south", "north")"#, false),
        (r#""Fabrikam" matches regex "b.*k""#, true),
        (
            r#""C:\\x\\npm.cmd" has_any (dynamic(["npm", "pip"]))"#,
            true,
        ),
        (r#""" !endswith "$""#, true),
        ("5 between (1 .. 5)", true),
        ("6 !between (1 .. 5)", true),
        (
            "datetime(2020-01-03) between (datetime(2020-01-01) .. 3d)",
            true,
        ),
    ] {
        assert_eq!(value(expression), json!(wanted), "{expression}");
    }
}

#[test]
fn nulls_are_no_strings_and_no_numbers() {
    let table = "let T = datatable(n: long, s: string)[1, 'a', long(null), '', 3, 'c'];";
    assert_eq!(
        rows(&format!("{table} T | where n != 1 | count")),
        json!([[2]])
    );
    assert_eq!(
        rows(&format!("{table} T | where not(n == 1) | count")),
        json!([[2]])
    );
    assert_eq!(
        rows(&format!("{table} T | where n < 5 | count")),
        json!([[2]])
    );
    assert_eq!(
        rows(&format!("{table} T | where isempty(s) | count")),
        json!([[1]])
    );
    assert_eq!(
        rows(&format!("{table} T | where isnull(s) | count")),
        json!([[0]])
    );
    assert_eq!(
        rows(&format!("{table} T | where s != 'a' | count")),
        json!([[2]])
    );
    assert_eq!(
        rows(&format!("{table} T | where s !in ('a', 'b') | count")),
        json!([[2]])
    );
    assert_eq!(
        rows(&format!("{table} T | where n !in (1, 2) | count")),
        json!([[2]])
    );
    assert_eq!(
        rows(&format!(
            "{table} T | summarize sum(n), count(n), avg(n), countif(n > 1)"
        )),
        json!([[4, 3, 2.0, 1]])
    );
    assert_eq!(value("iff(int(null) > 1, 'y', 'n')"), json!("n"));
    assert_eq!(value("coalesce(long(null), 7)"), json!(7));
}

#[test]
fn dynamic_values() {
    assert_eq!(
        value(r#"parse_json('{"a":{"b":[1,{"c":"x"}]}}').a.b[1].c"#),
        json!("x")
    );
    assert_eq!(value(r#"dynamic({"a b":1})["a b"]"#), json!(1));
    assert_eq!(value("dynamic([1,2,3])[-1]"), json!(3));
    assert_eq!(
        value(r#"tostring(dynamic({"a":"x"}).a) == "x""#),
        json!(true)
    );
    assert_eq!(value("array_length(dynamic([1,2]))"), json!(2));
    assert_eq!(value("strcat_array(split('a,b', ','), '-')"), json!("a-b"));
    assert_eq!(
        value("set_difference(dynamic([1,2,3]), dynamic([2]))"),
        json!([1, 3])
    );
    assert_eq!(
        value("bag_pack('a', 1, 'b', 'x')"),
        json!({"a": 1, "b": "x"})
    );
    assert_eq!(value("isempty(dynamic(null))"), json!(true));
    let expand = "datatable(a: long, b: dynamic)[1, dynamic([10, 20]), 2, dynamic([]), 3, dynamic({'k': 'v'}), 4, dynamic(null)] | mv-expand b";
    assert_eq!(
        rows(expand),
        json!([[1, 10], [1, 20], [3, {"k": "v"}], [4, null]])
    );
    assert_eq!(
        rows(
            "print a = dynamic([1,2]), b = dynamic(['x']) | mv-expand with_itemindex=i a to typeof(long), b to typeof(string)"
        ),
        json!([[1, "x", 0], [2, "", 1]])
    );
    assert_eq!(
        rows(
            "datatable(k: string, v: dynamic)['a', dynamic([3,1,2]), 'b', dynamic([5])] | mv-apply v to typeof(long) on (top 1 by v desc) | sort by k asc"
        ),
        json!([["a", 3], ["b", 5]])
    );
    assert_eq!(
        rows(
            "datatable(k: string, v: dynamic)['a', dynamic([3,1,2])] | mv-apply x = v to typeof(long) on (summarize total = sum(x)) | project k, total"
        ),
        json!([["a", 6]])
    );
    assert_eq!(
        rows(
            "datatable(d: dynamic)[dynamic({'a': 1}), dynamic({'b': 'x'})] | evaluate bag_unpack(d) | sort by a asc"
        ),
        json!([[null, "x"], [1, ""]])
    );
}

#[test]
fn times() {
    assert_eq!(
        value("datetime(2024-01-02) - datetime(2024-01-01)"),
        json!("1.00:00:00")
    );
    assert_eq!(
        value("bin(datetime(2024-05-16T13:27:00), 1h)"),
        json!("2024-05-16T13:00:00.0000000Z")
    );
    // Bins of weeks begin on Mondays, weeks themselves on Sundays.
    assert_eq!(
        value("bin(datetime(2024-05-16), 7d)"),
        json!("2024-05-13T00:00:00.0000000Z")
    );
    assert_eq!(
        value("startofweek(datetime(2024-05-16))"),
        json!("2024-05-12T00:00:00.0000000Z")
    );
    assert_eq!(
        value("endofmonth(datetime(2024-02-10))"),
        json!("2024-02-29T23:59:59.9999990Z")
    );
    assert_eq!(
        value("datetime_diff('day', datetime(2024-01-03T01:00), datetime(2024-01-01T23:00))"),
        json!(2)
    );
    assert_eq!(
        value("format_datetime(datetime(2024-05-06T07:08:09), 'yyyy-MM-dd [HH:mm:ss]')"),
        json!("2024-05-06 [07:08:09]")
    );
    assert_eq!(
        value("dayofweek(datetime(2024-05-16))"),
        json!("4.00:00:00")
    );
    assert_eq!(value("1h / 15m"), json!(4.0));
    assert_eq!(value("now() > ago(1d)"), json!(true));
    assert_eq!(
        value("todatetime('2024-05-06T07:08:09+02:00')"),
        json!("2024-05-06T05:08:09.0000000Z")
    );
    assert_eq!(value("totimespan('1.02:03:04')"), json!("1.02:03:04"));
}

#[test]
fn text_functions() {
    assert_eq!(
        value(r#"extract("x=([0-9.]+)", 1, "hello x=45.6|wo")"#),
        json!("45.6")
    );
    assert_eq!(
        value(r#"extract("x=([0-9.]+)", 1, "hello x=45.6|wo", typeof(real))"#),
        json!(45.6)
    );
    assert_eq!(value(r#"split("aa_bb", "_")[1]"#), json!("bb"));
    assert_eq!(value(r#"substring("ABCD", 1, 2)"#), json!("BC"));
    assert_eq!(
        value(r#"replace_regex("a1b2", "([a-z])([0-9])", "\\2\\1")"#),
        json!("1a2b")
    );
    assert_eq!(value(r#"trim("[-]+", "--x--")"#), json!("x"));
    assert_eq!(value(r#"indexof("abcdefg", "cde")"#), json!(2));
    assert_eq!(value(r#"base64_decode_tostring("aGk=")"#), json!("hi"));
    assert_eq!(
        value(r#"parse_url("http://example.com/a?b=c").Host"#),
        json!("example.com")
    );
    assert_eq!(value(r#"ipv4_is_private("192.168.1.1")"#), json!(true));
    assert_eq!(
        value(r#"ipv4_is_in_range("192.0.2.5", "192.0.2.0/24")"#),
        json!(true)
    );
    assert_eq!(
        value(r#"has_any_ipv4("from 192.0.2.5 to", "192.0.2.5")"#),
        json!(true)
    );
    assert_eq!(
        value(r#"has_ipv4("10.192.0.2.5", "192.0.2.5")"#),
        json!(false)
    );
    assert_eq!(value(r#"countof("aaa", "aa")"#), json!(2));
    assert_eq!(
        value(r#"hash_sha256("")"#),
        json!("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    );
    assert_eq!(value("case(1 > 2, 'a', 2 > 1, 'b', 'c')"), json!("b"));
    assert_eq!(value("toint('7') + toint(dynamic(3))"), json!(10));
    assert_eq!(value("7 / 2"), json!(3));
    assert_eq!(value("7 / 2.0"), json!(3.5));
    assert_eq!(value("1 / 0"), json!(null));
}

#[test]
fn parse_takes_text_apart() {
    let query = r#"print s = "user=ada id=42 rest of it" | parse s with "user=" user " id=" id: long " " rest | project user, id, rest"#;
    assert_eq!(rows(query), json!([["ada", 42, "rest of it"]]));
    let query = r#"datatable(s: string)["a:1", "none"] | parse-where s with name ":" n: long | project name, n"#;
    assert_eq!(rows(query), json!([["a", 1]]));
    let query = r#"print s = "k1=v1,k2=7" | parse-kv s as (k1: string, k2: long) with (pair_delimiter=",", kv_delimiter="=") | project k1, k2"#;
    assert_eq!(rows(query), json!([["v1", 7]]));
}

#[test]
fn definitions() {
    assert_eq!(
        rows("let x = 3; let f = (a: long, b: long = 10) { a + b * x }; print f(1), f(1, 2)"),
        json!([[31, 7]])
    );
    assert_eq!(
        rows(
            "let T = datatable(a: long)[1, 2, 3]; let over = (t: (*), least: long) { t | where a >= least }; over(T, 2) | count"
        ),
        json!([[2]])
    );
    assert_eq!(
        rows(
            "let T = datatable(a: long)[1, 2, 3]; let over = (t: (a: long), n: long) { t | where a > n }; T | invoke over(2)"
        ),
        json!([[3]])
    );
    assert_eq!(
        rows(
            "let T = datatable(a: long)[1, 2]; let m = toscalar(T | summarize max(a)); T | where a == m"
        ),
        json!([[2]])
    );
    assert_eq!(
        rows("let V = view () { print a = 1 }; union V, (print a = 2) | sort by a asc"),
        json!([[1], [2]])
    );
    assert_eq!(
        rows("let T = datatable(a: string)['x']; print a = 'X' | where a in~ (T)"),
        json!([["X"]])
    );
    assert_eq!(
        rows(
            "let T = datatable(a: long)[1]; T | extend b = column_ifexists('b', 5), c = column_ifexists('a', 0)"
        ),
        json!([[1, 5, 1]])
    );
}

#[test]
fn windows_and_series() {
    assert_eq!(
        rows(
            "datatable(a: long)[3, 1, 2] | sort by a asc | extend p = prev(a), n = next(a, 1, 0), r = row_number(), c = row_cumsum(a)"
        ),
        json!([[1, null, 2, 1, 1], [2, 1, 3, 2, 3], [3, 2, 0, 3, 6]])
    );
    assert_eq!(
        rows("datatable(t: datetime, n: long)[datetime(2024-01-01), 1, datetime(2024-01-03), 5]
              | make-series s = sum(n) default=0 on t from datetime(2024-01-01) to datetime(2024-01-04) step 1d | project s"),
        json!([[[1, 0, 5]]])
    );
    assert_eq!(rows("range a from 1 to 5 step 2"), json!([[1], [3], [5]]));
    assert_eq!(
        rows("datatable(k: string, n: long)['a', 1, 'b', 2, 'a', 3] | evaluate pivot(k, sum(n))"),
        json!([[4, 2]])
    );
}

#[test]
fn unknown_columns_of_documented_tables_are_null_and_said() {
    let result = bare()
        .run(
            Language::Kql,
            "DeviceProcessEvents | where NoSuchColumn == 'x'",
        )
        .unwrap();
    assert!(result.is_empty());
    assert!(
        result
            .warnings
            .iter()
            .any(|warning| warning.message.contains("no column `NoSuchColumn`"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// `has` against its definition: some place where the needle stands, with
    /// no letter or digit joined to it.
    #[test]
    fn has_is_its_definition(text in "[ab._ -]{0,12}", needle in "[ab.]{1,3}") {
        let matcher = lazaret_hunt::functions::term::Matcher::new(
            lazaret_hunt::functions::term::Place::Term, true, [needle.clone()]);
        let chars: Vec<char> = text.chars().collect();
        let wanted: Vec<char> = needle.chars().collect();
        let joined = |a: Option<&char>, b: Option<&char>| {
            a.is_some_and(|c| c.is_alphanumeric()) && b.is_some_and(|c| c.is_alphanumeric())
        };
        let defined = (0..chars.len()).any(|at| {
            chars[at..].starts_with(&wanted)
                && !joined(at.checked_sub(1).and_then(|before| chars.get(before)), chars.get(at))
                && !joined(chars.get(at + wanted.len() - 1), chars.get(at + wanted.len()))
        });
        prop_assert_eq!(matcher.matches(&text), defined);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Conditions on one column, joined, against each of them by itself.
    #[test]
    fn conditions_joined_are_what_each_is(
        texts in proptest::collection::vec(proptest::option::of("[aAb. ]{0,4}"), 1..6),
        tests in proptest::collection::vec(
            (prop_oneof!["=~", "!~", "has", "!has", "contains", "startswith", "!endswith"], "[ab]{0,2}"),
            2..5,
        ),
        all: bool,
    ) {
        let cells: Vec<String> = texts
            .iter()
            .map(|text| text.as_ref().map_or("tostring(dynamic(null))".into(), |text| format!("{text:?}")))
            .map(|text| format!("print s = {text}"))
            .collect();
        let conditions: Vec<String> = tests.iter().map(|(op, word)| format!("s {op} {word:?}")).collect();
        let table = format!("union {}", cells.iter().map(|c| format!("({c})")).collect::<Vec<_>>().join(", "));
        let joined = conditions.join(if all { " and " } else { " or " });
        let each: Vec<String> = conditions.iter().map(|c| format!("tolong({c})")).collect();
        let sum = each.join(" + ");
        let wanted = if all { tests.len() } else { 1 };
        let one = rows(&format!("{table} | where {joined} | count"));
        let other = rows(&format!("{table} | extend n = {sum} | where n >= {wanted} | count"));
        prop_assert_eq!(one, other, "{}", joined);
    }
}

#[test]
fn search_without_words_gives_every_row() {
    let found =
        rows("let T = datatable(a:string)['x', 'y']; search in (T) * | summarize n = count()");
    assert_eq!(found, json!([[2]]));
}

#[test]
fn a_series_over_a_range_says_so_in_one_word() {
    let found = rows(
        "datatable(t:datetime, v:long)[datetime(2026-01-01), 1, datetime(2026-01-03), 2]
         | make-series n = sum(v) default = 0 on t in range(datetime(2026-01-01), datetime(2026-01-03), 1d)
         | project n",
    );
    assert_eq!(found, json!([[[1, 0, 2]]]));
}

#[test]
fn a_length_after_the_dots_may_be_counted_from_a_column() {
    let found = rows(
        "datatable(a:datetime, b:datetime)[
             datetime(2026-01-01 00:00), datetime(2026-01-01 03:00),
             datetime(2026-01-01 00:00), datetime(2026-01-01 05:00)]
         | where b between (a .. 4h) | summarize n = count()",
    );
    assert_eq!(found, json!([[1]]));
}

#[test]
fn a_file_of_functions_asks_nothing() {
    let none = rows("let double = (x:long) { x * 2 };");
    assert_eq!(none, json!([]));
}
