//! What SPL means, against a table worked by hand (see `main.rs`).

use crate::{rows, run, table};

#[track_caller]
fn gives(text: &str, expected: &[&str]) {
    assert_eq!(rows(&table(), text), expected, "{text}");
}

#[test]
fn search_is_of_any_case_and_where_is_not() {
    gives("index=t user=ADA | sort n | table n", &["1", "2"]);
    gives("index=t | where user=\"ada\" | table n", &["1"]);
    gives("index=t user=a* | sort n | table n", &["1", "2"]);
    gives("index=t user IN (\"BOB\", x) | table n", &["10"]);
    gives("index=t | where like(user, \"A%\") | table n", &["2"]);
    gives(
        "index=t | where match(user, \"^[aA]\") | sort n | table n",
        &["1", "2"],
    );
}

#[test]
fn an_absent_field_is_unequal_to_nothing_but_not_equal_either() {
    gives("index=t user!=ada | table n", &["10"]);
    gives("index=t NOT user=ada | sort n | table n", &["3", "10"]);
    gives("index=t user=* | stats count", &["3"]);
    gives("index=t | where isnull(user) | table n", &["3"]);
    gives(
        "index=t | where user!=\"ada\" | sort n | table n",
        &["2", "10"],
    );
}

#[test]
fn or_binds_tighter_than_the_implied_and() {
    gives(
        "index=t host=a user=ada OR user=bob | sort n | table n",
        &["1", "10"],
    );
    gives(
        "index=t (host=b user=ada) OR n=10 | sort n | table n",
        &["2", "10"],
    );
}

#[test]
fn stats_leaves_out_rows_without_the_group() {
    gives(
        "index=t | stats count sum(n) AS s by user",
        &["Ada|1|2", "ada|1|1", "bob|1|10"],
    );
    gives(
        "index=t | stats count, dc(host) AS d, avg(n), values(host)",
        &["4|2|4|[\"a\",\"b\"]"],
    );
    gives(
        "index=t | stats count(empty) AS c, max(n), min(user), range(n)",
        &["0|10|Ada|9"],
    );
    gives("index=t n>100 | stats count", &["0"]);
    gives("index=t n>100 | stats count by host", &[]);
    gives("index=t | stats count(eval(n>2)) AS big", &["2"]);
    gives(
        "index=t | stats earliest(n) AS e latest(n) AS l by host",
        &["a|1|10", "b|2|3"],
    );
}

#[test]
fn fields_of_several_values() {
    gives(
        "index=t | makemv delim=\",\" tags | mvexpand tags | stats count by tags",
        &["x|1", "y|2", "z|1"],
    );
    gives(
        "index=t | makemv delim=\",\" tags | stats count by tags",
        &["x|1", "y|2", "z|1"],
    );
    gives(
        "index=t | makemv delim=\",\" tags | search tags=y | sort n | table n",
        &["1", "2"],
    );
    gives(
        "index=t n=1 | eval m=split(tags, \",\"), c=mvcount(m), i=mvindex(m,-1), j=mvjoin(m,\"+\") | table c i j",
        &["2|y|x+y"],
    );
    gives(
        "index=t n=1 | eval m=mvfilter(match(split(tags,\",\"), \"x\")) | table n",
        &["1"],
    );
}

#[test]
fn numbers_are_compared_as_numbers_and_texts_as_texts() {
    gives("index=t | sort - n | table n", &["10", "3", "2", "1"]);
    gives(
        "index=t | eval s=tostring(n) | sort s | table s",
        &["1", "2", "3", "10"],
    );
    gives("index=t | where n>2 | sort n | table n", &["3", "10"]);
    gives(
        "index=t | eval s=tostring(n) | where s>\"2\" | sort n | table n",
        &["3", "10"],
    );
    gives(
        "| makeresults | eval a=1+2*3, b=\"x\".a, c=round(10/4,1), d=7%4 | table a b c d",
        &["7|x7|2.5|3"],
    );
    gives(
        "| makeresults | eval a=1/0 | fillnull value=none a | table a",
        &["none"],
    );
}

#[test]
fn case_if_and_coalesce() {
    gives(
        "index=t | eval k=case(n<2,\"low\", n<5,\"mid\", true(),\"high\") | sort n | table k",
        &["low", "mid", "mid", "high"],
    );
    gives(
        "index=t | eval u=coalesce(user, host) | sort n | table u",
        &["ada", "Ada", "b", "bob"],
    );
    gives(
        "index=t | eval k=if(isnull(user), \"none\", user) | where k=\"none\" | table n",
        &["3"],
    );
}

#[test]
fn renames_with_wildcards_keep_the_order() {
    gives(
        "index=t | sort - n | stats sum(n) AS x.sum max(n) AS x.max by host | rename x.* AS * | table host sum max",
        &["a|11|10", "b|5|3"],
    );
    gives(
        "index=t | sort - n | rename n AS m, user AS n | table m",
        &["10", "3", "2", "1"],
    );
}

#[test]
fn dedup_keeps_the_first_in_order() {
    gives(
        "index=t | sort n | dedup host | table n host",
        &["1|a", "2|b"],
    );
    gives(
        "index=t | sort - n | dedup host | table n host",
        &["10|a", "3|b"],
    );
    gives("index=t | dedup user | stats count", &["3"]);
}

#[test]
fn beside_rows_and_running() {
    gives(
        "index=t | eventstats sum(n) AS s by host | sort n | table n s",
        &["1|11", "2|5", "3|5", "10|11"],
    );
    gives(
        "index=t | sort _time | streamstats sum(n) AS s | table n s",
        &["1|1", "2|3", "10|13", "3|16"],
    );
    gives(
        "index=t | sort _time | streamstats window=2 current=f count AS c | table n c",
        &["1|0", "2|1", "10|2", "3|2"],
    );
    gives(
        "index=t | sort _time | delta n AS d | table d",
        &["", "1", "8", "-7"],
    );
}

#[test]
fn join_takes_the_first_row_that_fits() {
    gives(
        "index=t | sort n | join host [search index=t | sort - n | rename n AS m | table host m] | table n m",
        &["1|10", "2|3", "3|3", "10|10"],
    );
    gives(
        "index=t | join type=left user [search index=t user=bob | table user n | rename n AS m] | sort n | table n m",
        &["1|", "2|", "3|", "10|10"],
    );
}

#[test]
fn append_comes_after() {
    gives(
        "index=t | stats count | append [search index=t | stats sum(n) AS s] | table count s",
        &["4|", "|16"],
    );
}

#[test]
fn subsearches_are_conditions() {
    gives(
        "index=t [search index=t n=10 | table host] | sort n | table n",
        &["1", "10"],
    );
    gives(
        "index=t NOT [search index=t n=10 | return host] | sort n | table n",
        &["2", "3"],
    );
    gives("index=t [search index=t n=99 | table host] | table n", &[]);
}

#[test]
fn rex_regex_and_replace() {
    gives(
        "index=t | rex field=tags \"(?<first>\\w),(?<second>\\w)\" | search first=* | table first second",
        &["x|y"],
    );
    gives(
        "| makeresults | eval p=\"a{b}\" | rex field=p \"{(?<inner>[^}]+)}\" | table inner",
        &["b"],
    );
    gives("index=t | regex user=\"^b\" | table n", &["10"]);
    gives(
        "| makeresults | eval p=replace(\"C:\\\\Users\\\\ada\", \"^.*\\\\\\\\\", \"\") | table p",
        &["ada"],
    );
    gives(
        "index=t n=1 | rex mode=sed field=tags \"s/,/-/g\" | table tags",
        &["x-y"],
    );
}

#[test]
fn times_are_seconds() {
    gives(
        "index=t | stats min(_time) AS first max(_time) AS last | eval d=last-first | table d",
        &["30"],
    );
    gives(
        "index=t | stats min(_time) AS firstTime | `security_content_ctime(firstTime)`",
        &["2026-03-02T11:59:00"],
    );
    gives("index=t earliest=-45s | stats count", &["2"]);
    gives(
        "index=t | bin _time span=1m | stats count by _time | table count",
        &["4"],
    );
    gives(
        "index=t | where _time > relative_time(now(), \"-35s\") | table n",
        &["3"],
    );
}

#[test]
fn top_counts_and_shares() {
    gives("index=t | top limit=1 host", &["a|2|50"]);
    gives(
        "index=t | chart sum(n) over host by user | table host ada bob",
        &["a|1|10", "b||"],
    );
}

#[test]
fn an_unknown_macro_is_no_events_and_says_so() {
    let result = run(
        &table(),
        "`sysmon` EventID=1 | stats count by dest | `my_filter`",
    );
    assert!(result.is_empty());
    assert!(result.warnings.iter().any(|w| w.message.contains("sysmon")));
}

#[test]
fn foreach_and_map() {
    gives(
        "index=t n=1 | foreach user host [eval <<FIELD>>_x=upper('<<FIELD>>')] | table user_x host_x",
        &["ADA|A"],
    );
    gives(
        "index=t n<3 | sort n | table host | map search=\"search index=t host=$host$ | stats sum(n) AS s\"",
        &["11", "5"],
    );
}
