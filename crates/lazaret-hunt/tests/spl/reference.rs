//! What the reference of the search language gives as results, by hand.

use crate::{rows, table};

/// Runs all, and names every one that differs.
fn check(facts: &[(&str, &[&str])]) {
    let hunt = table();
    let mut wrong = Vec::new();
    for (text, wanted) in facts {
        let text = match text.starts_with('|') {
            true => (*text).to_owned(),
            false => format!("| makeresults | eval v={text} | table v"),
        };
        let found = rows(&hunt, &text);
        if found != *wanted {
            wrong.push(format!(
                "{text}\n    gives  {found:?}\n    wanted {wanted:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn functions() {
    check(&[
        (
            r#"replace("1/14/2023", "^(\d{1,2})/(\d{1,2})/", "\2/\1/")"#,
            &["14/1/2023"],
        ),
        (r#"substr("string", 1, 3)"#, &["str"]),
        (r#"substr("string", -3)"#, &["ing"]),
        (r#"ltrim("  ZZZZabcZZ ", " Z")"#, &["abcZZ "]),
        (r#"rtrim("  ZZZZabcZZ ", " Z")"#, &["  ZZZZabc"]),
        (r#"trim("  ZZZZabcZZ ", " Z")"#, &["abc"]),
        (
            r#"urldecode("http%3A%2F%2Fwww.splunk.com%2Fdownload%3Fr%3Dheader")"#,
            &["http://www.splunk.com/download?r=header"],
        ),
        ("round(3.5)", &["4"]),
        ("round(2.555, 2)", &["2.56"]),
        ("ceiling(1.9)", &["2"]),
        ("ceil(1.2)", &["2"]),
        ("floor(1.9)", &["1"]),
        ("log(100)", &["2"]),
        ("log(8,2)", &["3"]),
        ("pow(2,10)", &["1024"]),
        ("sqrt(9)", &["3"]),
        ("abs(-7)", &["7"]),
        (r#"len("abc")"#, &["3"]),
        (r#"lower("USERNAME")"#, &["username"]),
        (r#"upper("username")"#, &["USERNAME"]),
        (r#"mvcount(split("a;b;c",";"))"#, &["3"]),
        (r#"mvfind(split("a,error b,c",","),"err\w+")"#, &["1"]),
        (r#"mvindex(split("a,b,c",","),1)"#, &["b"]),
        (r#"mvindex(split("a,b,c",","),-1)"#, &["c"]),
        (r#"mvindex(split("a,b,c",","),0,1)"#, &[r#"["a","b"]"#]),
        (r#"mvindex(split("a,b,c",","),-2,-1)"#, &[r#"["b","c"]"#]),
        (r#"mvjoin(split("a,b",","),"-")"#, &["a-b"]),
        (r#"mvsort(split("c,a,b",","))"#, &[r#"["a","b","c"]"#]),
        (r#"mvdedup(split("a,b,a",","))"#, &[r#"["a","b"]"#]),
        (
            r#"mvzip(split("a,b",","),split("1,2",","))"#,
            &[r#"["a,1","b,2"]"#],
        ),
        (
            r#"mvzip(split("a,b",","),split("1,2",","),"|")"#,
            &[r#"["a|1","b|2"]"#],
        ),
        ("mvrange(1,11,2)", &[r#"["1","3","5","7","9"]"#]),
        (r#"mvappend("a",split("b,c",","))"#, &[r#"["a","b","c"]"#]),
        (r#"tostring(1234567,"commas")"#, &["1,234,567"]),
        (r#"tostring(12345.6789,"commas")"#, &["12,345.68"]),
        (r#"tostring(615,"duration")"#, &["00:10:15"]),
        (r#"tostring(15,"hex")"#, &["0xF"]),
        ("tostring(1==1)", &["True"]),
        (r#"tonumber("0A4",16)"#, &["164"]),
        (r#"tonumber("12")"#, &["12"]),
        (r#"coalesce(null(),"x")"#, &["x"]),
        (r#"case(1==2,"a",2==2,"b")"#, &["b"]),
        (r#"if(cidrmatch("10.0.0.0/24","10.0.0.42"),1,0)"#, &["1"]),
        (r#"if(like("foobar","foo%"),1,0)"#, &["1"]),
        (r#"if(match("a.EXE","(?i)\.exe$"),1,0)"#, &["1"]),
        (r#"if("a"=="A",1,0)"#, &["0"]),
        (r#"if(isnull(nullif("a","a")),1,0)"#, &["1"]),
        (r#"nullif("a","b")"#, &["a"]),
        (
            r#"strftime(0,"%Y-%m-%dT%H:%M:%S")"#,
            &["1970-01-01T00:00:00"],
        ),
        (
            r#"strftime(1678449600,"%A %d %b %Y %I:%M %p")"#,
            &["Friday 10 Mar 2023 12:00 PM"],
        ),
        (
            r#"strftime(1678449600.123,"%Y-%m-%d %H:%M:%S.%3N")"#,
            &["2023-03-10 12:00:00.123"],
        ),
        (r#"strftime(1678449600,"%s")"#, &["1678449600"]),
        (r#"strftime(1678449600,"%F %T")"#, &["2023-03-10 12:00:00"]),
        (r#"strftime(1678449600,"%j")"#, &["069"]),
        (r#"strftime(1678449600,"%w")"#, &["5"]),
        (
            r#"strptime("2023-03-10 12:00:00","%Y-%m-%d %H:%M:%S")"#,
            &["1678449600"],
        ),
        (
            r#"strptime("2023-03-10T12:00:00Z","%Y-%m-%dT%H:%M:%SZ")"#,
            &["1678449600"],
        ),
        (
            r#"strptime("10/Mar/2023:12:00:00 +0100","%d/%b/%Y:%H:%M:%S %z")"#,
            &["1678446000"],
        ),
        (r#"relative_time(1678449600,"-1d@d")"#, &["1678320000"]),
        (r#"relative_time(1678449600,"@w0")"#, &["1677974400"]),
        (r#"relative_time(1678449600,"@w1")"#, &["1678060800"]),
        (r#"relative_time(1678449600,"+1h@h")"#, &["1678453200"]),
        (r#"relative_time(1678449600,"@mon")"#, &["1677628800"]),
        (r#"relative_time(1678449600,"-1mon@mon")"#, &["1675209600"]),
        (r#"relative_time(1678449600,"@q")"#, &["1672531200"]),
        (r#"relative_time(1678449600,"@y")"#, &["1672531200"]),
        (r#"relative_time(1678449600,"-1d@d+2h")"#, &["1678327200"]),
        (r#"relative_time(1678449600,"-15m")"#, &["1678448700"]),
        (r#"md5("abc")"#, &["900150983cd24fb0d6963f7d28e17f72"]),
        (
            r#"sha1("abc")"#,
            &["a9993e364706816aba3e25717850c26c9cd0d89d"],
        ),
        (
            r#"sha256("abc")"#,
            &["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
        ),
        (r#"5 . "a""#, &["5a"]),
        ("7%3", &["1"]),
        ("if(isnull(1/0),1,0)", &["1"]),
        (r#"max(1,3,450,7,"foo")"#, &["foo"]),
        (r#"min(1,3,450,7,"foo")"#, &["1"]),
        ("if(isint(5),1,0)", &["1"]),
        ("if(isint(5.5),1,0)", &["0"]),
        (r#"if(isnum("5"),1,0)"#, &["1"]),
        (r#"if(isstr("a"),1,0)"#, &["1"]),
        ("typeof(12)", &["Number"]),
        (r#"typeof("s")"#, &["String"]),
        ("typeof(1==2)", &["Boolean"]),
        (r#"printf("%05d",12)"#, &["00012"]),
        (r#"printf("%.2f",3.14159)"#, &["3.14"]),
        (r#"printf("%s-%s","a","b")"#, &["a-b"]),
        (r#"printf("%x",255)"#, &["ff"]),
        (r#"printf("%5s|","ab")"#, &["   ab|"]),
        (r#"printf("%-5s|","ab")"#, &["ab   |"]),
        (r#"ipmask("255.255.0.0","10.20.30.40")"#, &["10.20.0.0"]),
        (r#"json_extract("{\"a\":{\"b\":5}}","a.b")"#, &["5"]),
        (r#"mvcount(json_array_to_mv("[1,2,3]"))"#, &["3"]),
        (r#"json_valid("{}")"#, &["true"]),
        (r#"spath("{\"a\":{\"b\":\"x\"}}","a.b")"#, &["x"]),
        (r#"if(in("a","b","a"),1,0)"#, &["1"]),
        (r#"if("a" IN ("b","a"),1,0)"#, &["1"]),
        (
            r#"validate(isint(5),"no int",5<3,"too large")"#,
            &["too large"],
        ),
        ("round(exact(3.14*5), 4)", &["15.7"]),
        ("round(pi(), 5)", &["3.14159"]),
        ("exp(0)", &["1"]),
        (r#"substr("abc",2)"#, &["bc"]),
        ("bit_and(5,3)", &["1"]),
        ("bit_or(5,3)", &["7"]),
        ("bit_xor(5,3)", &["6"]),
        ("cos(0)", &["1"]),
        ("hypot(3,4)", &["5"]),
        (r#"replace("aaa","a","b")"#, &["bbb"]),
        (r#"replace("a.b","\.","-")"#, &["a-b"]),
        ("tostring(65.5)", &["65.5"]),
        (r#"if(isnull(null()),"n","v")"#, &["n"]),
    ]);
}

#[test]
fn commands() {
    check(&[
        (
            "| makeresults count=3 | streamstats count as n | eval x=n*10 | table n x",
            &["1|10", "2|20", "3|30"],
        ),
        (
            "| makeresults count=4 | streamstats count as n | streamstats window=2 sum(n) as s | table s",
            &["1", "3", "5", "7"],
        ),
        (
            "| makeresults count=3 | streamstats count as n | streamstats current=f last(n) as p | table n p",
            &["1|", "2|1", "3|2"],
        ),
        (
            "| makeresults count=5 | streamstats count as n | stats perc50(n) as m median(n) as d range(n) as r stdev(n) as s",
            &["3|3|4|1.5811388300841898"],
        ),
        (
            "| makeresults count=5 | streamstats count as n | tail 2 | table n",
            &["5", "4"],
        ),
        (
            "| makeresults count=5 | streamstats count as n | reverse | head 2 | table n",
            &["5", "4"],
        ),
        (
            "| makeresults count=12 | streamstats count as n | eval g=n%2 | top g | table g count percent",
            &["0|6|50", "1|6|50"],
        ),
        (
            r#"| makeresults | eval x="a,b,c" | makemv delim="," x | mvexpand x | table x"#,
            &["a", "b", "c"],
        ),
        (
            r#"| makeresults | eval x="a,b" | makemv delim="," x | nomv x | table x"#,
            &["a\nb"],
        ),
        (
            "| makeresults count=3 | streamstats count as n | accum n as s | table s",
            &["1", "3", "6"],
        ),
        (
            "| makeresults count=3 | streamstats count as n | delta n as d | table d",
            &["", "1", "1"],
        ),
        (
            "| makeresults count=2 | streamstats count as a | eval b=a*2 | addtotals | table a b Total",
            &["1|2|3", "2|4|6"],
        ),
        (
            r#"| makeresults | eval x="123.45.67.89 foo 1.2.3.4" | rex field=x max_match=0 "(?<ip>\d+\.\d+\.\d+\.\d+)" | eval c=mvcount(ip) | table c"#,
            &["2"],
        ),
        (
            r#"| makeresults | eval x="aXbXc" | rex field=x mode=sed "s/X/-/g" | table x"#,
            &["a-b-c"],
        ),
        (
            "| makeresults count=3 | streamstats count as n | eval n=if(n=2,null(),n) | fillnull value=0 n | table n",
            &["1", "0", "3"],
        ),
        (
            "| makeresults count=3 | streamstats count as n | eval n=if(n=2,null(),n) | filldown n | table n",
            &["1", "1", "3"],
        ),
        (
            "| makeresults | eval a=1, b=2 | foreach a b [eval <<FIELD>>=<<FIELD>>*10] | table a b",
            &["10|20"],
        ),
        (
            "| makeresults | eval size=15 | bin size span=10 | table size",
            &["10-20"],
        ),
        (
            r#"| makeresults | eval m="1,234" | convert rmcomma(m) | table m"#,
            &["1234"],
        ),
        (
            r#"| makeresults | eval m="12px" | convert rmunit(m) | table m"#,
            &["12"],
        ),
        (
            r#"| makeresults | eval t=1678449600 | convert timeformat="%Y-%m-%d" ctime(t) as d | table d"#,
            &["2023-03-10"],
        ),
        (
            r#"| makeresults | eval t="03/10/2023 12:00:00" | convert mktime(t) as d | table d"#,
            &["1678449600"],
        ),
        (
            r#"| makeresults | eval j="{\"a\":{\"b\":[{\"c\":1},{\"c\":2}]}}" | spath input=j path=a.b{}.c output=c | eval n=mvcount(c) | table n"#,
            &["2"],
        ),
        (
            r#"| makeresults | eval j="{\"a\":{\"b\":\"x\"}}" | spath input=j | table a.b"#,
            &["x"],
        ),
        (
            r#"| makeresults | eval host="127.0.0.1" | replace 127.0.0.1 WITH localhost IN host | table host"#,
            &["localhost"],
        ),
        (
            r#"| makeresults count=4 | streamstats count as n | eval g=if(n<3,"a","b") | stats sum(n) as s by g | sort - s | table g s"#,
            &["b|7", "a|3"],
        ),
        (
            r#"| makeresults count=4 | streamstats count as n | eval g=if(n<3,"a","b") | eventstats max(n) as m by g | where n=m | table n"#,
            &["2", "4"],
        ),
        (
            "| makeresults count=4 | streamstats count as n | eval g=n%2 | dedup g | table n",
            &["1", "2"],
        ),
        (
            "| makeresults count=4 | streamstats count as n | eval g=n%2 | dedup 2 g sortby -n | table n",
            &["4", "3", "2", "1"],
        ),
        (
            "| makeresults count=12 | streamstats count as n | sort - n | head 3 | table n",
            &["12", "11", "10"],
        ),
        (
            r#"| makeresults count=3 | streamstats count as n | eval x=case(n=1,"10",n=2,"9",n=3,"abc") | sort x | table x"#,
            &["9", "10", "abc"],
        ),
        (
            "| makeresults count=3 | streamstats count as n | stats list(n) as l values(n) as v dc(n) as d",
            &[r#"["1","2","3"]|["1","2","3"]|3"#],
        ),
        (
            "| makeresults count=2 | streamstats count as n | append [| makeresults | eval n=9] | stats sum(n) as s",
            &["12"],
        ),
        (
            "| makeresults count=2 | streamstats count as n | appendcols [| makeresults count=2 | streamstats count as m | eval m=m*5] | table n m",
            &["1|5", "2|10"],
        ),
        (
            r#"| makeresults count=3 | streamstats count as n | join type=left n [| makeresults | eval n=2, y="hit"] | table n y"#,
            &["1|", "2|hit", "3|"],
        ),
        (
            r#"| makeresults | eval a="x", b="y" | strcat a "-" b c | table c"#,
            &["x-y"],
        ),
        (
            r#"| makeresults count=4 | streamstats count as n | eval g=if(n%2=0,"e","o") | chart sum(n) over g | table g "sum(n)""#,
            &["e|6", "o|4"],
        ),
        (
            r#"| makeresults | eval a="1 2" | eval b=split(a," ") | eval c=mvmap(b, b*2) | eval d=mvjoin(c,",") | table d"#,
            &["2,4"],
        ),
        (
            "| makeresults count=3 | streamstats count as n | stats sum(eval(if(n>1,n,0))) as s count(eval(n>1)) as c",
            &["5|2"],
        ),
        (
            "| makeresults count=3 | streamstats count as n | where n IN (1,3) | table n",
            &["1", "3"],
        ),
        (
            r#"| makeresults count=3 | streamstats count as n | regex n="^[13]$" | table n"#,
            &["1", "3"],
        ),
        (
            r#"| makeresults | eval a=1 | rename a as "b c" | table "b c""#,
            &["1"],
        ),
        (
            "| makeresults | eval a_x=1, b_x=2 | rename *_x as *_y | table a_y b_y",
            &["1|2"],
        ),
        (
            "| makeresults count=5 | streamstats count as n | eventstats avg(n) as a stdev(n) as s | eval z=(n-a)/s | where z>1 | table n",
            &["5"],
        ),
        (
            r#"| makeresults | eval x=mvappend("b","a","b") | stats count by x | table x count"#,
            &["a|1", "b|2"],
        ),
        (
            r#"| makeresults | eval x="b" | stats count(x) as c, count(y) as d"#,
            &["1|0"],
        ),
    ]);
}
