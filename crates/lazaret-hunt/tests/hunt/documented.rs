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
fn places_of_expressions_sizes_hosts_and_gaps() {
    check(&[
        (r#"indexof_regex("abcabc", @"a.c")"#, json!(0)),
        (r#"indexof_regex("abcabcdefg", @"a.c", 0, 9, 2)"#, json!(3)),
        (r#"indexof_regex("abcabc", @"a.c", 1, -1, 2)"#, json!(-1)),
        (r#"indexof_regex("ababaa", @"a.a", 0, -1, 2)"#, json!(-1)),
        (r#"indexof_regex("abcabc", @"a.c", -1)"#, Value::Null),
        ("format_bytes(564)", json!("564 Bytes")),
        ("format_bytes(10332, 1)", json!("10.1 KB")),
        ("format_bytes(20010332)", json!("19 MB")),
        ("format_bytes(20010332, 2)", json!("19.08 MB")),
        ("format_bytes(20010332, 0, 'KB')", json!("19541 KB")),
        (
            "punycode_from_string('acad\u{e9}mie-fran\u{e7}aise')",
            json!("acadmie-franaise-npb1a"),
        ),
        (
            "punycode_to_string('acadmie-franaise-npb1a')",
            json!("acad\u{e9}mie-fran\u{e7}aise"),
        ),
        (
            "punycode_domain_to_string('Ri\u{f0}ill\u{ff61}Sk\u{e1}ldskaparm\u{e1}l\u{ff61}org')",
            json!("xn--Riill-jta.xn--Skldskaparml-dbbj.org"),
        ),
        (
            "punycode_domain_from_string('xn--Ge-mia.Bulg.edu')",
            json!("G\u{e1}e.Bulg.edu"),
        ),
        (
            "url_encode_component('https://www.example.com/hello world/')",
            json!("https%3a%2f%2fwww.example.com%2fhello%20world%2f"),
        ),
        (
            "series_fill_linear(dynamic([null,111,null,36,41,null,null,16,61,33,null,null]))",
            json!([111, 111, 73, 36, 41, 32, 24, 16, 61, 33, 33, 33]),
        ),
        (
            "series_fill_linear(dynamic([null,111.0,null,36.0,null]), double(null), false)",
            json!([null, 111.0, 73.5, 36.0, null]),
        ),
        (
            "series_fill_linear(dynamic([null,null]), double(null), true, 3.5)",
            json!([3.5, 3.5]),
        ),
        (
            "round(series_cosine_similarity(dynamic([0.1,0.2,0.1,0.2]), dynamic([1,2,3,4])), 6)",
            json!(0.92376),
        ),
        ("10 / 4.", json!(2.5)),
        ("long(0xf090013d)", json!(4_035_969_341_i64)),
    ]);
}
