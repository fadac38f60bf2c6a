//! `search` and `find`, and functions that give several columns at once.

use lazaret_hunt::{Language, Summary};
use serde_json::{Value, json};

use crate::staged::bare;

const TABLES: &str = "let T1 = datatable(a: string, b: long)['one two', 1, 'Three', 2];
let T2 = datatable(a: string, c: string)['two', 'x.y', 'four', 'onetwo'];
";

fn rows(text: &str) -> Value {
    match bare().run(Language::Kql, &format!("{TABLES}{text}")) {
        Ok(result) => json!(result.rows()),
        Err(error) => panic!("{text}\n{error}"),
    }
}

fn columns(text: &str) -> Vec<String> {
    let Summary { columns, .. } = bare()
        .check(Language::Kql, &format!("{TABLES}{text}"))
        .unwrap_or_else(|error| panic!("{text}\n{error}"));
    columns.into_iter().map(|column| column.name).collect()
}

#[test]
fn find_takes_conditions_and_terms() {
    for (text, wanted) in [
        ("find in (T1, T2) where a has 'two' | count", json!([[2]])),
        ("find in (T1, T2) 'two' | count", json!([[2]])),
        (
            "find in (T1, T2) where 'two' and b == 1 | count",
            json!([[1]]),
        ),
        ("find in (T1, T2) where a:'one' | count", json!([[1]])),
        (
            "find in (T1, T2) where a has 'two' project a | sort by a asc",
            json!([["T1", "one two"], ["T2", "two"]]),
        ),
        (
            "find withsource=origin in (T1, T2) where b == 2 project a: string | project origin",
            json!([["T1"]]),
        ),
    ] {
        assert_eq!(rows(text), wanted, "{text}");
    }
    assert_eq!(
        columns("find in (T1, T2) where a == 'two' project a, c, pack_all()"),
        ["source_", "a", "c", "pack_"]
    );
    assert_eq!(
        columns("find in (T1) where a == 'two' project-smart")[0],
        "source_"
    );
}

#[test]
fn search_looks_in_one_column_where_it_is_named() {
    for (text, wanted) in [
        ("search in (T1, T2) a:'two' | count", 2),
        ("search in (T1, T2) c:'two' | count", 0),
        ("search in (T1, T2) c:'*two' | count", 1),
        ("search in (T1, T2) c:'one*' | count", 1),
        ("search in (T1, T2) a:'TWO' or b == 2 | count", 3),
        ("search in (T1, T2) not(a:'two') | count", 2),
        ("search in (T1, T2) not('two') and a:'three' | count", 1),
        ("search kind=case_sensitive in (T1, T2) 'three' | count", 0),
        (
            "search kind=case_sensitive in (T1, T2) a:'Three' | count",
            1,
        ),
        (
            "search kind=case_insensitive in (T1, T2) 'three' | count",
            1,
        ),
        ("T1 | search a:'two' and b:'1' | count", 1),
    ] {
        assert_eq!(rows(text), json!([[wanted]]), "{text}");
    }
    let error = bare()
        .check(Language::Kql, &format!("{TABLES}T1 | search c:'x'"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("`c`"), "{error}");
}

#[test]
fn functions_of_several_columns() {
    let arrays = "let array1 = dynamic([1,3,4,5,2]); let array2 = dynamic(['a','b','c','d','e']); ";
    let text = format!("{arrays} print array_sort_asc(array1, array2)");
    assert_eq!(columns(&text), ["array1_sorted", "array2_sorted"]);
    assert_eq!(
        rows(&text),
        json!([[[1, 2, 3, 4, 5], ["a", "e", "b", "c", "d"]]])
    );
    let text =
        format!("{arrays} print x=1 | extend (p, q) = array_sort_desc(array1, array2) | project q");
    assert_eq!(rows(&text), json!([[["d", "c", "b", "e", "a"]]]));
    let text = format!("{arrays} print x=1 | project (p, q) = array_sort_desc(array1, array2)");
    assert_eq!(columns(&text), ["p", "q"]);
    let text = format!("{arrays} print (p, q) = array_sort_desc(array1, array2)");
    assert_eq!(columns(&text), ["p", "q"]);
    let text = format!("{arrays} print array_sort_asc(array1, false)");
    assert_eq!(columns(&text).len(), 1);

    let x = "print x = dynamic([23,46,23,87,4,8,3,75,2,56,13,75,32,16,29])";
    let stats = [
        "series_stats_x_min",
        "series_stats_x_min_idx",
        "series_stats_x_max",
        "series_stats_x_max_idx",
        "series_stats_x_avg",
        "series_stats_x_stdev",
        "series_stats_x_variance",
    ];
    let text = format!("{x} | project series_stats(x)");
    assert_eq!(columns(&text), stats);
    let found = rows(&text);
    assert_eq!(found[0][0], json!(2.0));
    assert_eq!(found[0][1], json!(8));
    assert_eq!(found[0][2], json!(87.0));
    assert_eq!(found[0][3], json!(3));
    for (index, wanted) in [(4, 32.8), (5, 28.5036338535483), (6, 812.457142857143)] {
        let given = found[0][index].as_f64().unwrap();
        assert!((given - wanted).abs() < 1e-9, "{index}: {given}");
    }
    let text = format!("{x} | extend series_stats(x) | where series_stats_x_max > 80 | count");
    assert_eq!(rows(&text), json!([[1]]));
    let text = format!("{x} | extend series_fit_line(x) | project-away x");
    assert_eq!(
        columns(&text),
        [
            "series_fit_line_x_rsquare",
            "series_fit_line_x_slope",
            "series_fit_line_x_variance",
            "series_fit_line_x_rvariance",
            "series_fit_line_x_interception",
            "series_fit_line_x_line_fit",
        ]
    );
    let text = format!("{x} | extend series_decompose_anomalies(x, 1.5) | project-away x");
    assert_eq!(
        columns(&text),
        [
            "series_decompose_anomalies_x_ad_flag",
            "series_decompose_anomalies_x_ad_score",
            "series_decompose_anomalies_x_baseline",
        ]
    );
}
