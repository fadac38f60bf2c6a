//! What the reference of the query language gives as results of its examples.

use lazaret_hunt::Language;
use serde_json::{Value, json};

use crate::staged::bare;

/// Runs all, and names every one that differs.
pub fn check(facts: &[(&str, Value)]) {
    let hunt = bare();
    let mut wrong = Vec::new();
    for (expression, wanted) in facts {
        let text = if !expression.starts_with("toscalar")
            && expression.contains('|')
            && !expression.contains("'|'")
            || expression.starts_with("range ")
        {
            (*expression).to_owned()
        } else {
            format!("print v = {expression}")
        };
        match hunt.run(Language::Kql, &text) {
            Ok(result) => {
                let rows = result.rows();
                let found = if text.starts_with("print v") && rows.len() == 1 && rows[0].len() == 1
                {
                    rows[0][0].clone()
                } else {
                    json!(rows)
                };
                let same = found == *wanted
                    || found
                        .as_f64()
                        .zip(wanted.as_f64())
                        .is_some_and(|(a, b)| (a - b).abs() < 1e-9);
                if !same {
                    wrong.push(format!(
                        "{expression}\n    gives  {found}\n    wanted {wanted}"
                    ));
                }
            }
            Err(error) => wrong.push(format!("{expression}\n    fails: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn texts() {
    check(&[
        (r#"indexof("abcdefg", "cde")"#, json!(2)),
        (r#"indexof("abcdefg", "cde", 1, 4)"#, json!(2)),
        (r#"indexof("abcdefg", "cde", 1, 2)"#, json!(-1)),
        (r#"indexof("abcdefg", "cde", 3, 4)"#, json!(-1)),
        (r#"indexof("abcdefg", "cde", -5)"#, json!(2)),
        (r#"indexof("abcdefgabcdefg", "cde", 1, 10, 2)"#, json!(9)),
        (r#"indexof("abcdefgabcdefg", "cde", 1, -1, 3)"#, json!(-1)),
        (r#"substring("123456", 1)"#, json!("23456")),
        (r#"substring("123456", 2, 2)"#, json!("34")),
        (r#"substring("123456", -2, 2)"#, json!("56")),
        (r#"split("aaa_bbb_ccc", "_", 1)"#, json!(["bbb"])),
        (r#"split("", "_")"#, json!([""])),
        (r#"split("a__b", "_")"#, json!(["a", "", "b"])),
        (r#"split("aabbcc", "bb")"#, json!(["aa", "cc"])),
        (r#"countof("aaaa", "aa")"#, json!(3)),
        (r#"countof("ababa", "aba")"#, json!(2)),
        (r#"countof("ababa", "aba", "regex")"#, json!(1)),
        (r#"countof("abcabc", "a.c", "regex")"#, json!(2)),
        (
            r#"extract_all(@"(\w)(\w+)(\w)", "ab12 cd34")"#,
            json!([["a", "b1", "2"], ["c", "d3", "4"]]),
        ),
        (
            r#"extract_all(@"([\da-f]{2})", "82b8")"#,
            json!(["82", "b8"]),
        ),
        (
            r#"trim(@"[^\w]+", strcat("-  ", "Te st", "1", "// $"))"#,
            json!("Te st1"),
        ),
        (
            r#"trim_start(@"[^\w]+", "-  Te st1// $")"#,
            json!("Te st1// $"),
        ),
        (r#"reverse("macrohard")"#, json!("drahorcam")),
        (r#"translate("krasp", "otsku", "spark")"#, json!("kusto")),
        (r#"translate("abc", "x", "abc")"#, json!("xxx")),
        (
            r#"replace_strings("A magic trick can turn a cat into a dog", dynamic(["cat", "dog"]), dynamic(["dog", "pigeon"]))"#,
            json!("A magic trick can turn a dog into a pigeon"),
        ),
        (
            r#"replace_strings("This is an example", dynamic(["is", "This"]), dynamic(["was", "This"]))"#,
            json!("This was an example"),
        ),
        (r#"strcat_delim("-", "1", "2", "A")"#, json!("1-2-A")),
        (r#"strrep("ABC", 2)"#, json!("ABCABC")),
        (r#"strrep("ABC", 3, ", ")"#, json!("ABC, ABC, ABC")),
        (r#"strcmp("abc", "ABC")"#, json!(1)),
        (r#"strcmp("abcde", "abc")"#, json!(1)),
        (r#"string_size("⒦⒰⒮⒯⒪")"#, json!(15)),
        (r#"strlen("⒦⒰⒮⒯⒪")"#, json!(5)),
        (r#"base64_encode_tostring("Kusto")"#, json!("S3VzdG8=")),
        (r#"base64_decode_tostring("S3VzdG8=")"#, json!("Kusto")),
        (
            r#"base64_decode_toarray("S3VzdG8=")"#,
            json!([75, 117, 115, 116, 111]),
        ),
        (
            r#"url_decode(@"https%3a%2f%2fwww.bing.com%2f")"#,
            json!("https://www.bing.com/"),
        ),
        (
            r#"hash_md5("World")"#,
            json!("f5a7924e621e84c9280a9a27e1bcb7f6"),
        ),
        (
            r#"hash_sha1("World")"#,
            json!("70c07ec18ef89c5309bbb0937f3a6342411e1fdd"),
        ),
        (
            r#"hash_sha256("World")"#,
            json!("78ae647dc5544d227130a0682a51e30bc7777fbb6d8a8f17007463a3ecd1d524"),
        ),
        (
            r#"parse_url("scheme://username:password@host:1234/this/is/a/path?k1=v1&k2=v2#fragment")"#,
            json!({"Scheme": "scheme", "Host": "host", "Port": "1234", "Path": "/this/is/a/path",
                "Username": "username", "Password": "password",
                "Query Parameters": {"k1": "v1", "k2": "v2"}, "Fragment": "fragment"}),
        ),
        (
            r#"parse_urlquery("k1=v1&k2=v2&k3=v3")"#,
            json!({"Query Parameters": {"k1": "v1", "k2": "v2", "k3": "v3"}}),
        ),
        (r#"parse_csv("aa,b,cc")"#, json!(["aa", "b", "cc"])),
        (r#"parse_csv('A,"b,c",d')"#, json!(["A", "b,c", "d"])),
        (
            r#"parse_path(@"C:\temp\file.txt").DirectoryPath"#,
            json!(r"C:\temp"),
        ),
        (
            r#"tostring(parse_path(@"\\shared\users\temp\file.txt.gz").Extension)"#,
            json!("gz"),
        ),
        (
            r#"parse_version("1.2.3.4") > parse_version("1.2.3")"#,
            json!(true),
        ),
        (
            r#"parse_version("120.0.6099.71") < parse_version("120.0.6099.109")"#,
            json!(true),
        ),
        (r#"tohex(256)"#, json!("100")),
        (r#"tohex(-256)"#, json!("ffffffffffffff00")),
        (r#"tohex(256, 8)"#, json!("00000100")),
        (r#"isempty("")"#, json!(true)),
        (r#"toupper("hello") == "HELLO""#, json!(true)),
        (
            r#"replace_regex("Hello, world!", ".", @"\0\0")"#,
            json!("HHeelllloo,,  wwoorrlldd!!"),
        ),
        (
            r#"replace_string("A magic trick can turn a cat into a dog", "cat", "hamster")"#,
            json!("A magic trick can turn a hamster into a dog"),
        ),
        (
            r#"extract("hello (\\w+)", 1, "say hello there")"#,
            json!("there"),
        ),
        (r#"@"C:\a" =~ "c:\\A""#, json!(true)),
        (r#"h"secret" == "secret""#, json!(true)),
        (r#"'a' 'b'"#, json!("ab")),
        (r#""ab\tc" == 'ab\u0009c'"#, json!(true)),
    ]);
}

#[test]
fn numbers() {
    check(&[
        ("bin(4.5, 1)", json!(4.0)),
        ("bin(-4.5, 1)", json!(-5.0)),
        ("bin(-3, 2)", json!(-4)),
        ("bin(time(16d), 7d)", json!("14.00:00:00")),
        (
            "bin(datetime(1970-05-11 13:45:07), 1d)",
            json!("1970-05-11T00:00:00.0000000Z"),
        ),
        ("bin_at(6.5, 2.5, 7)", json!(4.5)),
        (
            "bin_at(datetime(2017-05-15 10:20:00.0), 1d, datetime(1970-01-01 12:00:00.0))",
            json!("2017-05-14T12:00:00.0000000Z"),
        ),
        ("round(2.98765, 3)", json!(2.988)),
        ("round(2.5)", json!(3.0)),
        ("floor(-1.1, 1)", json!(-2.0)),
        ("ceiling(-1.1)", json!(-1.0)),
        ("pow(2, 3)", json!(8.0)),
        ("exp2(3)", json!(8.0)),
        ("log2(8)", json!(3.0)),
        ("log10(1000)", json!(3.0)),
        ("sqrt(16)", json!(4.0)),
        ("sign(-42)", json!(-1)),
        ("abs(-5)", json!(5)),
        ("min_of(10, 1, -3, 17)", json!(-3)),
        ("max_of(10, 1, -3, 17)", json!(17)),
        ("binary_and(6, 3)", json!(2)),
        ("binary_or(6, 3)", json!(7)),
        ("binary_xor(6, 3)", json!(5)),
        ("binary_shift_left(1, 4)", json!(16)),
        ("bitset_count_ones(42)", json!(3)),
        ("toint('not a number')", json!(null)),
        ("toint(2.3)", json!(2)),
        ("tolong('0x1F')", json!(31)),
        ("todouble('12.5')", json!(12.5)),
        ("tobool('true')", json!(true)),
        ("tobool(dynamic(1))", json!(true)),
        ("10 % 4", json!(2)),
        ("-10 % 4", json!(2)),
        ("isnan(0.0/0.0)", json!(true)),
        (
            "coalesce(tolong('not a number'), tolong('42'), 33)",
            json!(42),
        ),
        ("1 in (1, 2) and not(3 in (1, 2))", json!(true)),
        ("gettype(111)", json!("long")),
        ("gettype('a')", json!("string")),
        ("gettype(1 == 1)", json!("bool")),
        ("gettype(1s)", json!("timespan")),
        ("gettype(123.45)", json!("real")),
        ("gettype(parse_json('[1]'))", json!("array")),
        ("gettype(parse_json('{\"abc\":1}'))", json!("dictionary")),
    ]);
}

#[test]
fn calendars() {
    check(&[
        (
            "datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31))",
            json!(17),
        ),
        (
            "datetime_diff('quarter', datetime(2017-07-01), datetime(2017-03-30))",
            json!(2),
        ),
        (
            "datetime_diff('month', datetime(2017-01-01), datetime(2015-12-30))",
            json!(13),
        ),
        (
            "datetime_diff('week', datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))",
            json!(5),
        ),
        (
            "datetime_diff('day', datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))",
            json!(29),
        ),
        (
            "datetime_diff('hour', datetime(2017-10-31 01:00), datetime(2017-10-30 23:59))",
            json!(2),
        ),
        (
            "datetime_diff('minute', datetime(2017-10-30 23:05:01), datetime(2017-10-30 23:00:59))",
            json!(5),
        ),
        (
            "datetime_diff('second', datetime(2017-10-30 23:00:10.100), datetime(2017-10-30 23:00:00.900))",
            json!(10),
        ),
        (
            "datetime_add('month', 1, datetime(2017-01-31))",
            json!("2017-02-28T00:00:00.0000000Z"),
        ),
        (
            "datetime_add('year', -1, datetime(2017-03-01))",
            json!("2016-03-01T00:00:00.0000000Z"),
        ),
        (
            "format_datetime(datetime(2017-01-29 09:00:05), 'yy-MM-dd [HH:mm:ss]')",
            json!("17-01-29 [09:00:05]"),
        ),
        (
            "format_datetime(datetime(2017-01-29 09:00:05), 'yyyy-M-dd [H:mm:ss]')",
            json!("2017-1-29 [9:00:05]"),
        ),
        (
            "format_datetime(datetime(2017-01-29 09:00:05), 'yy-MM-dd [hh:mm:ss tt]')",
            json!("17-01-29 [09:00:05 AM]"),
        ),
        (
            "format_timespan(time(29.09:00:05.12345), 'dd.hh:mm:ss [FF]')",
            json!("29.09:00:05 [12]"),
        ),
        (
            "format_timespan(time(29.09:00:05.12345), 'ddd.h:mm:ss [fffffff]')",
            json!("029.9:00:05 [1234500]"),
        ),
        ("week_of_year(datetime(2020-12-31))", json!(53)),
        ("dayofyear(datetime(2015-12-14))", json!(348)),
        ("monthofyear(datetime(2015-12-14))", json!(12)),
        ("getyear(datetime(2015-10-12))", json!(2015)),
        ("hourofday(datetime(2015-12-14 18:54))", json!(18)),
        ("dayofmonth(datetime(2015-12-14))", json!(14)),
        (
            "dayofweek(datetime(1947-11-30 10:00:05))",
            json!("00:00:00"),
        ),
        ("dayofweek(datetime(1970-05-11))", json!("1.00:00:00")),
        (
            "startofday(datetime(2017-01-01 10:10:17), -1)",
            json!("2016-12-31T00:00:00.0000000Z"),
        ),
        (
            "startofweek(datetime(2017-01-01 10:10:17), 1)",
            json!("2017-01-08T00:00:00.0000000Z"),
        ),
        (
            "startofmonth(datetime(2017-01-01 10:10:17), -1)",
            json!("2016-12-01T00:00:00.0000000Z"),
        ),
        (
            "startofyear(datetime(2017-01-01 10:10:17), 1)",
            json!("2018-01-01T00:00:00.0000000Z"),
        ),
        (
            "unixtime_seconds_todatetime(1546300800)",
            json!("2019-01-01T00:00:00.0000000Z"),
        ),
        (
            "unixtime_milliseconds_todatetime(1546300800000)",
            json!("2019-01-01T00:00:00.0000000Z"),
        ),
        (
            "make_datetime(2017, 10, 1)",
            json!("2017-10-01T00:00:00.0000000Z"),
        ),
        ("make_timespan(1, 30, 45)", json!("01:30:45")),
        (
            "datetime_part('quarter', datetime(2017-10-30 01:02:03))",
            json!(4),
        ),
        (
            "datetime_part('week_of_year', datetime(2017-10-30 01:02:03))",
            json!(44),
        ),
        (
            "todatetime('Sun, 06 Nov 1994 08:49:37 GMT')",
            json!("1994-11-06T08:49:37.0000000Z"),
        ),
        (
            "todatetime('2015-12-24T18:04:05.123Z')",
            json!("2015-12-24T18:04:05.1230000Z"),
        ),
        (
            "todatetime('12/31/2023 10:20:30 PM')",
            json!("2023-12-31T22:20:30.0000000Z"),
        ),
        ("todatetime('not a date')", json!(null)),
        ("totimespan('0.00:01:00') == time(1min)", json!(true)),
        ("tostring(1d + 2h)", json!("1.02:00:00")),
        (
            "datetime(2024-02-29) + 1d",
            json!("2024-03-01T00:00:00.0000000Z"),
        ),
        ("2 * 1h", json!("02:00:00")),
        ("tolong(1s)", json!(10_000_000)),
    ]);
}

#[test]
fn arrays_and_bags() {
    check(&[
        ("array_slice(dynamic([1,2,3]), 1, 2)", json!([2, 3])),
        ("array_slice(dynamic([1,2,3,4,5]), 2, -1)", json!([3, 4, 5])),
        ("array_slice(dynamic([1,2,3,4,5]), -3, -2)", json!([3, 4])),
        (
            r#"array_index_of(dynamic(["this", "is", "an", "example", "an", "example"]), "an")"#,
            json!(2),
        ),
        (
            r#"array_index_of(dynamic(["this", "is", "an", "example", "an", "example"]), "an", 3)"#,
            json!(4),
        ),
        (
            "array_rotate_left(dynamic([1,2,3,4,5]), 2)",
            json!([3, 4, 5, 1, 2]),
        ),
        (
            "array_rotate_right(dynamic([1,2,3,4,5]), 2)",
            json!([4, 5, 1, 2, 3]),
        ),
        (
            "array_shift_left(dynamic([1,2,3,4,5]), 2)",
            json!([3, 4, 5, null, null]),
        ),
        (
            "array_split(dynamic([1,2,3,4,5]), 2)",
            json!([[1, 2], [3, 4, 5]]),
        ),
        (
            "array_iff(dynamic([true,false,true]), dynamic([1,2,3]), dynamic([4,5,6]))",
            json!([1, 5, 3]),
        ),
        (
            "array_concat(dynamic([1,2,3]), dynamic([4,5,6]))",
            json!([1, 2, 3, 4, 5, 6]),
        ),
        (
            "array_reverse(dynamic(['a','b','c']))",
            json!(["c", "b", "a"]),
        ),
        ("array_sum(dynamic([1,2,3,4]))", json!(10)),
        ("array_sort_asc(dynamic([4,3,1]))", json!([1, 3, 4])),
        (
            "array_sort_desc(dynamic(['b','c','a']))",
            json!(["c", "b", "a"]),
        ),
        ("array_length(dynamic([1, 2, 3, 'four']))", json!(4)),
        ("array_length(dynamic({'a': 1}))", json!(null)),
        (
            "zip(dynamic([1,3,5]), dynamic([2,4,6]))",
            json!([[1, 2], [3, 4], [5, 6]]),
        ),
        ("repeat(1, 3)", json!([1, 1, 1])),
        ("range(1, 4)", json!([1, 2, 3, 4])),
        ("range(1, 8, 3)", json!([1, 4, 7])),
        (
            "set_union(dynamic([1,2,3]), dynamic([2,4]))",
            json!([1, 2, 3, 4]),
        ),
        (
            "set_intersect(dynamic([1,2,3]), dynamic([2,3,4]))",
            json!([2, 3]),
        ),
        ("set_has_element(dynamic(['a','b']), 'b')", json!(true)),
        (
            "jaccard_index(set_union(dynamic([1,2,3]), dynamic([])), dynamic([1,2,3,4]))",
            json!(0.75),
        ),
        ("bag_keys(dynamic({'a':'b', 'c':123}))", json!(["a", "c"])),
        (
            "bag_merge(dynamic({'A1':12, 'B1':2}), dynamic({'A1':22, 'C1':3}))",
            json!({"A1": 12, "B1": 2, "C1": 3}),
        ),
        (
            "bag_remove_keys(dynamic({'key1': 123, 'key2': 'abc'}), dynamic(['key1']))",
            json!({"key2": "abc"}),
        ),
        ("bag_has_key(dynamic({'key1': 123}), 'key2')", json!(false)),
        ("pack_array(1, 'x')", json!([1, "x"])),
        ("strcat_array(dynamic([1,2,3]), '->')", json!("1->2->3")),
        (
            "tostring(dynamic({\"a\":1,\"b\":[1,2]}))",
            json!("{\"a\":1,\"b\":[1,2]}"),
        ),
        ("parse_json('not json')", json!("not json")),
        ("todynamic('{\"a\":{\"b\":5}}').a.b + 1", json!(6)),
        ("parse_xml('<a><b>c</b></a>').a.b", json!("c")),
        (
            "extractjson('$.a[0].b', '{\"a\":[{\"b\":\"7\"}]}', typeof(int))",
            json!(7),
        ),
        ("isnull(dynamic({}).x)", json!(true)),
        ("dynamic([1,2]) == dynamic([1,2])", json!(true)),
        (
            "toscalar(range x from 1 to 5 step 1 | summarize sum(x))",
            json!(15),
        ),
    ]);
}

#[test]
fn addresses() {
    check(&[
        ("ipv4_compare('127.0.0.1', '127.0.0.1')", json!(0)),
        ("ipv4_compare('192.168.1.1', '192.168.1.255')", json!(-1)),
        (
            "ipv4_compare('192.168.1.1/24', '192.168.1.255/24')",
            json!(0),
        ),
        ("ipv4_compare('192.168.1.1', '192.168.1.255', 24)", json!(0)),
        (
            "ipv4_is_match('192.168.1.1/24', '192.168.1.255')",
            json!(true),
        ),
        (
            "ipv4_is_match('192.168.1.1', '192.168.1.255')",
            json!(false),
        ),
        ("ipv4_is_in_range('127.0.0.1', '127.0.0.1')", json!(true)),
        (
            "ipv4_is_in_range('192.168.1.6', '192.168.1.1/24')",
            json!(true),
        ),
        (
            "ipv4_is_in_any_range('127.0.0.1', dynamic(['127.0.0.1', '192.168.1.1']))",
            json!(true),
        ),
        ("ipv4_netmask_suffix('192.168.1.1/24')", json!(24)),
        ("ipv4_netmask_suffix('192.168.1.1')", json!(32)),
        ("parse_ipv4('192.168.1.1')", json!(3_232_235_777_i64)),
        ("format_ipv4('192.168.1.255', 24)", json!("192.168.1.0")),
        (
            "format_ipv4_mask('192.168.1.255', 24)",
            json!("192.168.1.0/24"),
        ),
        ("ipv4_is_private('10.1.2.3')", json!(true)),
        ("ipv4_is_private('8.8.8.8')", json!(false)),
        (
            "has_ipv4_prefix('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.')",
            json!(true),
        ),
        (
            "has_ipv4_prefix('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0')",
            json!(false),
        ),
        (
            "has_ipv4('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.0.1')",
            json!(true),
        ),
        (
            "has_ipv4('05:04:54127.0.0.1 GET /favicon.ico 404', '127.0.0.1')",
            json!(false),
        ),
        (
            "has_any_ipv4_prefix('05:04:54 127.0.0.1 GET', '192.168.', '127.')",
            json!(true),
        ),
        (
            "ipv6_is_match('fe80::85d:e82c:9446:7994/120', 'fe80::85d:e82c:9446:7995')",
            json!(true),
        ),
        ("ipv6_compare('::1', '::1')", json!(0)),
    ]);
}

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
