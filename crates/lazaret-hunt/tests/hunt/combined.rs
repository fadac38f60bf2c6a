//! Joins, unions, groups and partitions, on tables worked by hand.

use lazaret_hunt::Language;
use serde_json::json;

use crate::{semantics::rows, staged::bare};

#[test]
fn joins_of_every_kind() {
    let tables = "let L = datatable(k: string, l: long)['a', 1, 'b', 2, 'b', 3, 'c', 4];
                  let R = datatable(k: string, r: long)['b', 10, 'c', 20, 'c', 30, 'd', 40];";
    for (kind, wanted) in [
        (
            "inner",
            json!([
                ["b", 2, "b", 10],
                ["b", 3, "b", 10],
                ["c", 4, "c", 20],
                ["c", 4, "c", 30]
            ]),
        ),
        (
            "leftouter",
            json!([
                ["a", 1, "", null],
                ["b", 2, "b", 10],
                ["b", 3, "b", 10],
                ["c", 4, "c", 20],
                ["c", 4, "c", 30]
            ]),
        ),
        (
            "rightouter",
            json!([
                ["", null, "d", 40],
                ["b", 2, "b", 10],
                ["b", 3, "b", 10],
                ["c", 4, "c", 20],
                ["c", 4, "c", 30]
            ]),
        ),
        ("leftsemi", json!([["b", 2], ["b", 3], ["c", 4]])),
        ("leftanti", json!([["a", 1]])),
    ] {
        let order = if kind.starts_with("lefta") || kind == "leftsemi" {
            "l asc"
        } else {
            "k asc, l asc, r asc"
        };
        assert_eq!(
            rows(&format!(
                "{tables} L | join kind={kind} R on k | sort by {order}"
            )),
            wanted,
            "{kind}"
        );
    }
    assert_eq!(
        rows(&format!(
            "{tables} L | join kind=rightsemi R on k | sort by r asc"
        )),
        json!([["b", 10], ["c", 20], ["c", 30]])
    );
    assert_eq!(
        rows(&format!("{tables} L | join kind=rightanti R on k")),
        json!([["d", 40]])
    );
    assert_eq!(
        rows(&format!("{tables} L | join kind=fullouter R on k | count")),
        json!([[6]])
    );
    // By default one row of the left side per key, whichever.
    assert_eq!(
        rows(&format!("{tables} L | join R on k | count")),
        json!([[3]])
    );
    assert_eq!(
        rows(&format!(
            "{tables} L | join kind=inner R on $left.k == $right.k | count"
        )),
        json!([[4]])
    );
    assert_eq!(
        rows(&format!(
            "{tables} L | lookup R on k | sort by l asc, r asc"
        )),
        json!([
            ["a", 1, null],
            ["b", 2, 10],
            ["b", 3, 10],
            ["c", 4, 20],
            ["c", 4, 30]
        ])
    );
}

#[test]
fn empty_keys_agree_and_null_numbers_do_not() {
    let query = "datatable(s: string, n: long)['', 1] | join kind=inner (datatable(s: string, m: long)['', 2]) on s | project n, m";
    assert_eq!(rows(query), json!([[1, 2]]));
    let query = "datatable(n: long)[long(null)] | join kind=inner (datatable(n: long)[long(null)]) on n | count";
    assert_eq!(rows(query), json!([[0]]));
}

#[test]
fn summaries() {
    let table = "let T = datatable(g: string, n: long, t: datetime)[
        'a', 1, datetime(2024-01-01), 'a', 5, datetime(2024-01-03), 'b', 2, datetime(2024-01-02), 'a', 5, datetime(2024-01-02)];";
    assert_eq!(
        rows(&format!(
            "{table} T | summarize count(), dcount(n), max(n), Low = min(n), make_set(n) by g | sort by g asc"
        )),
        json!([["a", 3, 2, 5, 1, [1, 5]], ["b", 1, 1, 2, 2, [2]]])
    );
    assert_eq!(
        rows(&format!(
            "{table} T | summarize arg_max(t, *) by g | project g, n, t | sort by g asc"
        )),
        json!([
            ["a", 5, "2024-01-03T00:00:00.0000000Z"],
            ["b", 2, "2024-01-02T00:00:00.0000000Z"]
        ])
    );
    assert_eq!(
        rows(&format!(
            "{table} T | summarize (When, What) = arg_min(t, n) by g | sort by g asc | project What"
        )),
        json!([[1], [2]])
    );
    assert_eq!(
        rows(&format!(
            "{table} T | summarize Spread = max(n) - min(n), p = percentile(n, 50) by g | sort by g asc"
        )),
        json!([["a", 4, 5], ["b", 0, 2]])
    );
    assert_eq!(
        rows(&format!(
            "{table} T | summarize count() by bin(t, 2d) | sort by t asc"
        )),
        json!([
            ["2023-12-31T00:00:00.0000000Z", 1],
            ["2024-01-02T00:00:00.0000000Z", 3]
        ])
    );
    assert_eq!(
        rows(&format!("{table} T | summarize by g | sort by g desc")),
        json!([["b"], ["a"]])
    );
    assert_eq!(
        rows(&format!(
            "{table} T | where n > 100 | summarize count(), sum(n), make_list(g)"
        )),
        json!([[0, 0, []]])
    );
    assert_eq!(
        rows(&format!("{table} T | distinct g, n | count")),
        json!([[3]])
    );
    assert_eq!(
        rows(&format!("{table} T | top 1 by n desc, t desc | project t")),
        json!([["2024-01-03T00:00:00.0000000Z"]])
    );
}

#[test]
fn unions_by_name() {
    assert_eq!(
        rows("union withsource=Src (print a = 1), (print b = 'x') | sort by a asc | project a, b"),
        json!([[null, "x"], [1, ""]])
    );
    assert_eq!(
        rows("union isfuzzy=true (print a = 1), NoSuchTable | count"),
        json!([[1]])
    );
}

#[test]
fn partitions_and_nested_applications() {
    let found = rows(
        "datatable(k:string, v:long)['a', 1, 'a', 3, 'b', 2]
         | partition by k (top 1 by v) | sort by k asc | project k, v",
    );
    assert_eq!(found, json!([["a", 3], ["b", 2]]));
    let found = rows(
        "print d = dynamic([{\"m\": [{\"n\": 1}, {\"n\": 2}]}])
         | mv-apply o = d on (mv-apply i = o.m on (where toint(i.n) == 2 | extend n = toint(i.n)))
         | project n",
    );
    assert_eq!(found, json!([[2]]));
}

#[test]
fn groups_of_many_batches_are_counted_and_picked_exactly() {
    let rows = |text: &str| bare().run(Language::Kql, text).unwrap().rows();
    let range = "range x from 1 to 200000 step 1";
    // 977 and 13 have no common divisor: every group has every remainder.
    assert_eq!(
        rows(&format!(
            "{range} | summarize d = dcount(x % 977), e = dcountif(x, x % 2 == 0) by g = x % 13 | summarize count(), min(d), max(d), sum(e)"
        )),
        [[13, 977, 977, 100_000]]
    );
    assert_eq!(
        rows(&format!(
            "{range} | extend y = x * 2, z = strcat('v', x) | summarize arg_max(x, y), arg_min(x, z) by g = x % 5000 | where y != 2 * x or z != strcat('v', x1) or x - x1 != 195000 | count"
        )),
        [[0]]
    );
    assert_eq!(
        rows(&format!("{range} | summarize dcount(x), take_any(x > 0)")),
        [[serde_json::json!(200_000), serde_json::json!(true)]]
    );
}
