//! More of what the reference gives as results of its examples: where a wrong
//! answer would be a silent one.

use serde_json::json;

use crate::documented::check;

#[test]
fn arrays() {
    check(&[
        (
            r#"array_sort_asc(dynamic([1,3,4,5,2]), dynamic(["a","b","c","d","e"]))"#,
            json!([[1, 2, 3, 4, 5], ["a", "e", "b", "c", "d"]]),
        ),
        (
            r#"array_sort_desc(dynamic([1,3,4,5,2]), dynamic(["a","b","c","d","e"]))[1]"#,
            json!(["d", "c", "b", "e", "a"]),
        ),
        (
            r#"array_sort_asc(dynamic([null,"blue","yellow","green",null]), false)"#,
            json!([null, null, "blue", "green", "yellow"]),
        ),
        (
            r#"array_sort_desc(dynamic([null,"blue","yellow","green",null]))"#,
            json!(["yellow", "green", "blue", null, null]),
        ),
        (
            "range(1h, 5h)",
            json!(["01:00:00", "02:00:00", "03:00:00", "04:00:00", "05:00:00"]),
        ),
        (
            "array_length(range(datetime(2007-01-01), datetime(2007-12-31), 1d))",
            json!(365),
        ),
        (
            "range(datetime(2007-01-01), datetime(2007-12-31), 1d)[364]",
            json!("2007-12-31T00:00:00.0000000Z"),
        ),
        (
            "datatable(s:string, n:int) ['triangle', int(null), 'square', 4, 'pentagon', 5]
             | summarize make_list_with_nulls(n)",
            json!([[[null, 4, 5]]]),
        ),
        (
            "series_fill_backward(dynamic([111,null,36,41,null,null,16,61,33,null,null]))",
            json!([111, 36, 36, 41, 16, 16, 16, 61, 33, null, null]),
        ),
        (
            "series_fill_forward(dynamic([null,null,36,41,null,null,16,61,33,null,null]))",
            json!([null, null, 36, 41, 41, 41, 16, 61, 33, 33, 33]),
        ),
        (
            "series_fill_const(dynamic([111,null,36]), -1)",
            json!([111, -1, 36]),
        ),
        (
            "series_multiply(dynamic([1,2,4]), dynamic([4,2,1]))",
            json!([4, 4, 4]),
        ),
        (
            "series_divide(dynamic([1,2,4]), dynamic([4,2,1]))",
            json!([0.25, 1.0, 4.0]),
        ),
    ]);
}

#[test]
fn bags() {
    let bag =
        "dynamic({'key1': 123, 'key2': {'prop1' : 'abc', 'prop2': 'xyz'}, 'key3': [100, 200]})";
    let has = format!("bag_has_key({bag}, '$.key2.prop1')");
    let has_not = format!("bag_has_key({bag}, '$.key1.prop1')");
    let removed = format!("bag_remove_keys({bag}, dynamic(['$.key2.prop1', 'key3']))");
    check(&[
        (&has, json!(true)),
        (&has_not, json!(false)),
        (&removed, json!({"key1": 123, "key2": {"prop2": "xyz"}})),
        (
            "dynamic_to_json(dynamic({'b': 1, 'a': {'d': 5, 'c': [2]}}))",
            json!(r#"{"a":{"c":[2],"d":5},"b":1}"#),
        ),
        (
            "datatable(Name:string, d:dynamic) ['James', dynamic({'Name': 'John', 'Age':20})]
             | evaluate bag_unpack(d, columnsConflict='keep_source')",
            json!([["James", 20]]),
        ),
        (
            "datatable(Name:string, d:dynamic) ['James', dynamic({'Name': 'John', 'Age':20})]
             | evaluate bag_unpack(d, columnsConflict='replace_source') | project Name, Age",
            json!([["John", 20]]),
        ),
        (
            "datatable(d:dynamic) [dynamic({'Name': 'John', 'Age':20, 'Address': 'Address-1'})]
             | evaluate bag_unpack(d, ignoredProperties=dynamic(['Address', 'Age']))",
            json!([["John"]]),
        ),
        (
            "datatable(d:dynamic, Description: string) [dynamic({'Name': 'John', 'Age':20, 'height':180}), 'Student']
             | evaluate bag_unpack(d) : (*, Name:string, Age:long)",
            json!([["Student", "John", 20]]),
        ),
    ]);
}

#[test]
fn conversions() {
    check(&[
        (
            "toguid('0123456789abcdef0123456789abcdef')",
            json!("01234567-89ab-cdef-0123-456789abcdef"),
        ),
        (
            "isempty(toguid('a string that is not a guid'))",
            json!(true),
        ),
        (
            "url_encode('https://www.bing.com/hello world')",
            json!("https%3a%2f%2fwww.bing.com%2fhello+world"),
        ),
        (
            "todatetime('12-02-2022') == datetime('12-02-2022')",
            json!(true),
        ),
        (
            "datetime(2025, 6, 14)",
            json!("2025-06-14T00:00:00.0000000Z"),
        ),
        ("make_timespan(1,12,30,55.123)", json!("1.12:30:55.1230000")),
        ("format_ipv4('192.168.1.1/24', 32)", json!("192.168.1.0")),
        (
            "format_ipv4_mask('192.168.1.1/24', 32)",
            json!("192.168.1.0/24"),
        ),
        ("format_ipv4_mask('192.168.1.1/24', -1)", json!("")),
        (
            "format_ipv4_mask('192.168.1.1', 24)",
            json!("192.168.1.0/24"),
        ),
    ]);
}

#[test]
fn taking_text_apart() {
    let event = |slices: &str, released: &str| {
        format!(
            "print t = 'Event: Notify (resourceName=Pipeline, totalSlices={slices}, sliceNumber=23, lockTime=02/17/2016 08:40:01, releaseTime={released}, end)'"
        )
    };
    let strict = "t with * 'resourceName=' r ', totalSlices=' n:long * 'releaseTime=' d:date ', end' * | project r, n, d";
    let good = event("27", "02/17/2016 08:40:01");
    let all = json!([["Pipeline", 27, "2016-02-17T08:40:01.0000000Z"]]);
    let facts = [
        (format!("{good} | parse {strict}"), all.clone()),
        (format!("{good} | parse-where {strict}"), all),
        (
            format!("{} | parse {strict}", event("27", "never")),
            json!([["", null, null]]),
        ),
        (format!("{} | parse-where {strict}", event("27", "never")), json!([])),
        (format!("{} | parse-where {strict}", event("no", "never")), json!([])),
        (
            format!("{} | parse kind=relaxed {strict}", event("no", "never")),
            json!([["Pipeline", null, null]]),
        ),
        // Without a flag a regular expression takes as much as it can.
        (
            format!("{good} | parse kind=regex t with * 'resourceName=' r ',' * | project r"),
            json!([["Pipeline, totalSlices=27, sliceNumber=23, lockTime=02/17/2016 08:40:01, releaseTime=02/17/2016 08:40:01"]]),
        ),
        (
            format!("{good} | parse kind=regex flags=Ui t with * 'RESOURCENAME=' r ',' * | project r"),
            json!([["Pipeline"]]),
        ),
        (
            "print str='src=10.1.1.123 dst=10.1.1.124 bytes=125 failure=\"connection aborted\" \"event time\"=2021-01-01T10:00:54'
             | parse-kv str as (['event time']:datetime, src:string, bytes:long, failure:string) with (pair_delimiter=' ', kv_delimiter='=', quote='\"')
             | project-away str".to_owned(),
            json!([["2021-01-01T10:00:54.0000000Z", "10.1.1.123", 125, "connection aborted"]]),
        ),
        (
            "print str='bytes=125 failure=(connection aborted) (event time)=(2021-01-01 10:00:54)'
             | parse-kv str as (['event time']:datetime, bytes:long, failure:string) with (pair_delimiter=' ', kv_delimiter='=', quote='()')
             | project-away str".to_owned(),
            json!([["2021-01-01T10:00:54.0000000Z", 125, "connection aborted"]]),
        ),
        (
            r#"print str='bytes=125 failure="the remote host sent \\"bye!\\"" time=2021-01-01T10:00:54'
             | parse-kv str as (['time']:datetime, bytes:long, failure:string) with (pair_delimiter=' ', kv_delimiter='=', quote='"', escape='\\')
             | project-away str"#.to_owned(),
            json!([["2021-01-01T10:00:54.0000000Z", 125, "the remote host sent \"bye!\""]]),
        ),
        (
            "print str='name=John Doe phone=555 5555 city=New York'
             | parse-kv str as (name:string, phone:string, city:string) with (pair_delimiter=' ', kv_delimiter='=', greedy=true)
             | project-away str".to_owned(),
            json!([["John Doe", "555 5555", "New York"]]),
        ),
        (
            "print str='2021-01-01T10:00:34 [INFO] ThreadId:458745723, Machine:Node001, Text: Started'
             | parse-kv str as (Text: string, ThreadId:long, Machine: string) | project-away str".to_owned(),
            json!([["Started", 458_745_723, "Node001"]]),
        ),
        (
            r#"print str=@'["referer url: https://hostname.com/redirect?dest=/?h=1234", "advertiser id: 24fefbca-cf27-4d62-a623-249c2ad30c73"]'
             | parse-kv str as (['referer url']:string, ['advertiser id']: guid) with (regex=@'"([\w ]+)\s*:\s*([^"]*)"')
             | project-away str"#.to_owned(),
            json!([["https://hostname.com/redirect?dest=/?h=1234", "24fefbca-cf27-4d62-a623-249c2ad30c73"]]),
        ),
    ];
    let facts: Vec<_> = facts
        .iter()
        .map(|(text, rows)| (text.as_str(), rows.clone()))
        .collect();
    check(&facts);
}

#[test]
fn rows() {
    check(&[
        // Of a series of nothing there is none, unless it is asked for.
        (
            "datatable(t:datetime, m:real) [datetime(2016-12-31), 50] | take 0
             | make-series avg(m) default=1.0 on t from datetime(2017-01-01) to datetime(2017-01-03) step 1d | count",
            json!([[0]]),
        ),
        (
            "datatable(t:datetime, m:real) [datetime(2016-12-31), 50] | take 0
             | make-series kind=nonempty avg(m) default=1.0 on t from datetime(2017-01-01) to datetime(2017-01-03) step 1d
             | project avg_m",
            json!([[[1.0, 1.0]]]),
        ),
        (
            r#"datatable(Category:string, Item:string, Value:int)
               ["A","item1",10, "A","item2",10, "A","item3",5, "A","item4",20, "B","item2",5, "B","item1",7]
               | sort by Category asc, Value asc
               | extend rank = row_rank_min(Value, Category != prev(Category))
               | project Category, Value, rank"#,
            json!([["A", 5, 1], ["A", 10, 2], ["A", 10, 2], ["A", 20, 4], ["B", 5, 1], ["B", 7, 2]]),
        ),
        (
            "range x from 1 to 5 step 1
             | scan declare (sum:long=0) with (step s1: true => sum = x + s1.sum;) | summarize max(sum)",
            json!([[15]]),
        ),
        (
            "datatable (index: int, Arr: dynamic) [0, dynamic([7]), 1, dynamic([6, 11, 7])]
             | mv-apply Arr2=Arr to typeof(long) on (take 2) | summarize count() by index | order by index asc",
            json!([[0, 1], [1, 2]]),
        ),
        // What the body makes of a column of the row is the body's own.
        (
            "datatable(Source: string, Target: string, Count: long) ['555-1234', '555-1212', 46, '555-2424', '', int(null)]
             | extend Pack = pack_all()
             | mv-apply drop = Pack on (mv-expand kind = array Pack | where Pack[1] !startswith '555'
                 | summarize drop = make_set(Pack[0]))
             | project Source, values = bag_remove_keys(Pack, drop) | order by Source asc",
            json!([
                ["555-1234", {"Source": "555-1234", "Target": "555-1212"}],
                ["555-2424", {"Source": "555-2424"}]
            ]),
        ),
        // Sessions whose A is at most a minute before their B.
        (
            "let T = datatable(Id:string, Type:string, Timestamp:datetime) [
                 '0', 'A', datetime(2017-10-01 00:00:00), '0', 'B', datetime(2017-10-01 00:01:00),
                 '1', 'B', datetime(2017-10-01 00:02:00), '1', 'A', datetime(2017-10-01 00:03:00),
                 '3', 'A', datetime(2017-10-01 00:04:00), '3', 'B', datetime(2017-10-01 00:10:00)];
             let window = 1min; let step = window / 2.0;
             T | where Type == 'A' | project Id, Start=Timestamp, Key = bin(Timestamp, step)
             | join kind=inner (T | where Type == 'B'
                 | project Id, End=Timestamp, Key = range(bin(Timestamp-window, step), bin(Timestamp, step), step)
                 | mv-expand Key to typeof(datetime)) on Id, Key
             | where (End - Start) between (0min .. window) | project Id | distinct Id",
            json!([["0"]]),
        ),
        (
            "union withsource=T (range x from 1 to 2 step 1 | as T1), (range x from 1 to 3 step 1 | as T2)
             | summarize count() by T | order by T asc",
            json!([["T1", 2], ["T2", 3]]),
        ),
        (
            "range x from 1 to 4 step 1 | extend k = x % 2 | partition by k { top 1 by x desc } | summarize sum(x)",
            json!([[7]]),
        ),
    ]);
}
