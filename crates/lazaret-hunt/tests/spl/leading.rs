//! `head` with a condition, and how many values `mvexpand` takes.

use crate::{rows, table};

#[test]
fn head_ends_where_its_condition_does() {
    let hunt = table();
    let counted = "| makeresults count=6 | streamstats count AS n | eval m=if(n=3, null(), n)";
    for (command, wanted) in [
        ("head (n<4)", vec!["1", "2", "3"]),
        ("head n<4 | tail 1", vec!["3"]),
        ("head limit=2 (n<4)", vec!["1", "2"]),
        ("head (n<4) limit=2", vec!["1", "2"]),
        ("head (n<4) keeplast=true", vec!["1", "2", "3", "4"]),
        ("head (n!=2)", vec!["1"]),
        ("head (m<5)", vec!["1", "2"]),
        ("head (m<5) null=true", vec!["1", "2", "3", "4"]),
        ("head (n<0)", vec![]),
        ("head limit=18446744073709551615 (n<2)", vec!["1"]),
    ] {
        let found = rows(&hunt, &format!("{counted} | {command} | table n"));
        assert_eq!(found, wanted, "{command}");
    }
}

#[test]
fn mvexpand_takes_as_many_values_as_it_is_told() {
    let made = r#"| makeresults | eval x=split("a,b,c", ",")"#;
    for (command, wanted) in [
        ("mvexpand x limit=2", vec!["a", "b"]),
        ("mvexpand x limit=0", vec!["a", "b", "c"]),
        ("mvexpand x", vec!["a", "b", "c"]),
    ] {
        let found = rows(&table(), &format!("{made} | {command} | table x"));
        assert_eq!(found, wanted, "{command}");
    }
}
