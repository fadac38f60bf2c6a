//! What the reference of the query language gives as rows of its operators.

use serde_json::json;

use crate::documented::check;

#[test]
fn tables() {
    let sessions = "let T = datatable(ID: string, Timestamp: datetime)[
        '1', datetime(2024-01-01 00:00), '1', datetime(2024-01-01 00:01), '1', datetime(2024-01-01 00:10),
        '2', datetime(2024-01-01 00:11), '2', datetime(2024-01-01 00:12)];";
    check(&[
        (
            "print v = 1 | extend w = 2 | project-rename x = v | project-reorder w",
            json!([[2, 1]]),
        ),
        (
            "datatable(a: long, b: string)[1, 'x', 2, 'y'] | summarize arg_max(a, *)",
            json!([[2, "y"]]),
        ),
        (
            "datatable(a: long)[1, 2, 3, 4, 100] | summarize percentiles(a, 50, 90)",
            json!([[3, 100]]),
        ),
        (
            "datatable(a: long)[2, 4, 4, 4, 5, 5, 7, 9] | summarize round(stdev(a), 3), variancep(a)",
            json!([[2.138, 4.0]]),
        ),
        (
            "datatable(k: string, n: long)['a', 1, 'b', 2] | summarize make_bag(bag_pack(k, n))",
            json!([[{"a": 1, "b": 2}]]),
        ),
        (
            "datatable(k: string, n: long)['a', 1, 'a', 2, 'b', 5] | summarize n = count(), make_list_if(n, n > 1), sumif(n, k == 'a'), dcountif(k, n < 3)",
            json!([[3, [2, 5], 3, 1]]),
        ),
        (
            "datatable(s: string)['Event: a, id=1', 'Event: b, id=x'] | parse s with 'Event: ' name ', id=' id: long | project name, id",
            json!([["a", 1], ["", null]]),
        ),
        (
            "print s = 'a=1;b=22;' | parse kind=regex s with 'a=' a: long ';b=' b: long ';' | project a, b",
            json!([[1, 22]]),
        ),
        (
            "datatable(a: long, b: dynamic)[1, dynamic({'x': 1, 'y': 2})] | mv-expand kind=array b | project a, b",
            json!([[1, ["x", 1]], [1, ["y", 2]]]),
        ),
        (
            "datatable(r: string, s: string, n: long)['e', 'a', 5, 'e', 'b', 3, 'f', 'a', 1, 'g', 'c', 9] | top-nested 2 of r by total = sum(n), top-nested 1 of s by part = sum(n) | sort by r asc | project r, total, s, part",
            json!([["e", 8, "a", 5], ["g", 9, "c", 9]]),
        ),
        (
            "datatable(k: string, n: long)['a', 1, 'a', 2, 'b', 3] | partition by k (top 1 by n desc) | sort by k asc",
            json!([["a", 2], ["b", 3]]),
        ),
        (
            "range x from 1 to 3 step 1 | extend y = x * 10 | where x != 2 | project y",
            json!([[10], [30]]),
        ),
        (
            "datatable(a: string, b: long)['x', 1, 'y', 2] | as T | where b == toscalar(T | summarize max(b)) | project a",
            json!([["y"]]),
        ),
        (
            "datatable(ip: string)['192.0.2.7', '198.51.100.1'] | evaluate ipv4_lookup((datatable(net: string, place: string)['192.0.2.0/24', 'lab']), ip, net) | project ip, place",
            json!([["192.0.2.7", "lab"]]),
        ),
        (
            "datatable(ip: string)['192.0.2.7', '198.51.100.1'] | evaluate ipv4_lookup((datatable(net: string, place: string)['192.0.2.0/24', 'lab']), ip, net, return_unmatched = true) | project ip, place | sort by ip asc",
            json!([["192.0.2.7", "lab"], ["198.51.100.1", ""]]),
        ),
        (
            "print s = dynamic([1, 2, 3, 10, 20, 30]) | extend f = series_fit_2lines(s) | project round(todouble(f[0]), 6), f[1]",
            json!([[1.0, 3]]),
        ),
        (
            "datatable(a: bool, n: long)[true, 1, false, 2] | where a = true | project n",
            json!([[1]]),
        ),
        (
            "datatable(a: string)['x'] | union (Mine_CL | where Level_s == 'y' and Size_d > 5 | project a = Name_s) | count",
            json!([[1]]),
        ),
        (
            &format!(
                "{sessions} T | sort by ID asc, Timestamp asc | extend start = row_window_session(Timestamp, 1h, 5m, ID != prev(ID)) | summarize n = count() by ID, start | sort by ID asc, start asc | project ID, n"
            ),
            json!([["1", 2], ["1", 1], ["2", 2]]),
        ),
        (
            "datatable(k: string, n: long)['a', 3, 'a', 5, 'b', 1] | sort by k asc, n asc | extend c = row_cumsum(n, k != prev(k)), r = row_number(1, k != prev(k)) | project c, r",
            json!([[3, 1], [8, 2], [1, 1]]),
        ),
        (
            "datatable(t: datetime, k: string)[datetime(2024-01-01 01:00), 'a', datetime(2024-01-01 03:00), 'a', datetime(2024-01-01 02:00), 'b'] | make-series n = count() on t from datetime(2024-01-01 01:00) to datetime(2024-01-01 04:00) step 1h by k | sort by k asc | project k, n",
            json!([["a", [1, 0, 1]], ["b", [0, 1, 0]]]),
        ),
        (
            "datatable(k: string, v: string)['a', 'x', 'a', 'y', 'b', 'x'] | evaluate pivot(v) | sort by k asc",
            json!([["a", 1, 1], ["b", 1, 0]]),
        ),
        (
            "datatable(a: string)['b', '', 'a'] | sort by a asc",
            json!([[""], ["a"], ["b"]]),
        ),
        (
            "datatable(a: long)[2, long(null), 1] | sort by a desc",
            json!([[2], [1], [null]]),
        ),
        (
            "datatable(a: long)[2, long(null), 1] | sort by a asc nulls last",
            json!([[1], [2], [null]]),
        ),
        (
            "datatable(s: string)['one two', 'three'] | search 'two'  | project s",
            json!([["one two"]]),
        ),
        (
            "union (print a = 1, b = 'x'), (print b = 'y', c = 2) | sort by b asc | project a, b, c",
            json!([[1, "x", null], [null, "y", 2]]),
        ),
    ]);
}

#[test]
fn scans() {
    let events = "let Events = datatable(Ts: timespan, Event: string)[\
        0m, 'A', 1m, 'Start', 2m, 'B', 3m, 'D', 4m, 'Stop', 6m, 'C', 8m, 'Start', 11m, 'E', 12m, 'Stop']; \
        Events | sort by Ts asc ";
    check(&[
        (
            "range x from 1 to 5 step 1 | sort by x asc \
             | scan declare (cumulative_x: long = 0) with (step s1: true => cumulative_x = x + s1.cumulative_x;)",
            json!([[1, 1], [2, 3], [3, 6], [4, 10], [5, 15]]),
        ),
        (
            &format!(
                "{events} | scan with_match_id = m_id with (step s1: Event == 'Start'; \
                 step s2: Event != 'Start' and Event != 'Stop' and Ts - s1.Ts <= 5m; \
                 step s3: Event == 'Stop' and Ts - s1.Ts <= 5m) | project Event, m_id"
            ),
            json!([
                ["Start", 0],
                ["B", 0],
                ["D", 0],
                ["Stop", 0],
                ["Start", 1],
                ["E", 1],
                ["Stop", 1]
            ]),
        ),
        (
            &format!(
                "{events} | scan declare (begun: timespan) with (step s1 output=none: Event == 'Start'; \
                 step s2: Event == 'Stop' => begun = s1.Ts) | project Event, took = Ts - begun"
            ),
            json!([["Stop", "00:03:00"], ["Stop", "00:04:00"]]),
        ),
    ]);
}
