//! A translated hunt finds what the original finds.

use lazaret_hunt::{Hunt, HuntError, Language};

use crate::staged::{HOUR, Staged};

fn lake() -> (Staged, Hunt) {
    let mut staged = Staged::new();
    staged
        .process(
            HOUR,
            "explorer.exe",
            "Node.exe",
            "node.exe install.js --token \"a b\"",
        )
        .process(
            2 * HOUR,
            "node.exe",
            "cmd.exe",
            r"cmd.exe /c curl http://example.com/a_b",
        )
        .process(
            3 * HOUR,
            "node.exe",
            "powershell.exe",
            "powershell -enc AAAA",
        )
        .process(30 * HOUR, "node.exe", "powershell.exe", "powershell encode")
        .process(
            5 * HOUR,
            "python.exe",
            "curl.exe",
            "curl.exe 100% C:\\temp\\x",
        );
    let hunt = staged.hunt();
    (staged, hunt)
}

fn rows(hunt: &Hunt, language: Language, text: &str) -> Vec<String> {
    let result = hunt
        .run(language, text)
        .unwrap_or_else(|error| panic!("{text}\n{error}"));
    let mut rows: Vec<String> = result
        .rows()
        .iter()
        .map(|row| serde_json::to_string(row).unwrap())
        .collect();
    rows.sort();
    rows
}

#[test]
fn both_find_the_same() {
    let (_staged, hunt) = lake();
    let table = "DeviceProcessEvents";
    for (language, text) in [
        (
            Language::Kql,
            format!(
                "{table} | where FileName =~ 'node.exe' | project FileName, ProcessCommandLine"
            ),
        ),
        (
            Language::Kql,
            format!(
                "{table} | where Timestamp > ago(1d) and ProcessCommandLine has 'enc' | project FileName"
            ),
        ),
        (
            Language::Kql,
            format!(
                "let names = dynamic(['cmd.exe', 'CURL.exe']); {table} | where FileName in~ (names) | project FileName"
            ),
        ),
        (
            Language::Kql,
            format!(
                "{table} | where ProcessCommandLine !contains 'curl' and FileName != 'x' | project FileName | sort by FileName asc"
            ),
        ),
        (
            Language::Kql,
            format!(
                "{table} | where ProcessCommandLine has_any ('a_b', '100') or FileName endswith 'ode.exe' | project FileName"
            ),
        ),
        (
            Language::Kql,
            format!(
                "{table} | summarize n = count(), kinds = dcount(FileName) by InitiatingProcessFileName | top 2 by n desc"
            ),
        ),
        (
            Language::Kql,
            format!(
                "{table} | where isnotempty(AccountUpn) and isempty(AccountSid) | extend low = strcat(tolower(FileName), '!') | project low | take 10"
            ),
        ),
        (
            Language::Kql,
            format!("{table} | where not(FileName startswith 'p') | count"),
        ),
        (
            Language::Kql,
            format!(
                "{table} | summarize countif(FileName has 'curl'), max(ProcessCommandLine) by InitiatingProcessFileName"
            ),
        ),
        (
            Language::Kql,
            format!("{table} | distinct InitiatingProcessFileName"),
        ),
        (
            Language::Kql,
            format!(
                "{table} | project a = iff(FileName == 'cmd.exe', 'yes', 'no'), b = case(FileName has 'curl', 1, strlen(FileName) > 9, 2, 3)"
            ),
        ),
        (
            Language::Kql,
            format!(r"{table} | where ProcessCommandLine contains 'C:\\temp' | project FileName"),
        ),
        (
            Language::Spl,
            format!("index={table} FileName=NODE* | table FileName ProcessCommandLine"),
        ),
        (
            Language::Spl,
            format!(
                "search index={table} earliest=-1d NOT FileName IN (cmd.exe, curl.exe) | stats count dc(FileName) AS names by InitiatingProcessFileName | sort 0 -count"
            ),
        ),
        (
            Language::Spl,
            format!(
                "index={table} FileName!=*shell* | where match(ProcessCommandLine, \"(?i)CURL\") | eval x=lower(FileName).\"!\" | table x"
            ),
        ),
        (
            Language::Spl,
            format!(
                "index={table} | where like(ProcessCommandLine, \"%100\\%%\") OR FileName=\"cmd.exe\" | fields FileName"
            ),
        ),
        (
            Language::Spl,
            format!(
                "index={table} InitiatingProcessFileName=node.exe | stats values(FileName) AS names count(eval(FileName=\"cmd.exe\")) AS cmds by InitiatingProcessFileName"
            ),
        ),
        (
            Language::Spl,
            format!("index={table} | rename FileName AS name | head 20 | table name"),
        ),
    ] {
        let found = rows(&hunt, language, &text);
        assert!(!found.is_empty(), "{text}");
        let other = hunt
            .translate(language, &text)
            .unwrap_or_else(|error| panic!("{text}\n{error}"));
        assert_eq!(
            rows(&hunt, other.language, &other.text),
            found,
            "{text}\n=>\n{}",
            other.text
        );
    }
}

#[test]
fn what_does_not_translate_is_named() {
    let (_staged, hunt) = lake();
    for (language, text, why) in [
        (
            Language::Kql,
            "DeviceProcessEvents | join kind=inner DeviceEvents on DeviceId",
            "operator `join`",
        ),
        (
            Language::Kql,
            "DeviceProcessEvents | where bag_keys(AdditionalFields) has 'x'",
            "function `bag_keys`",
        ),
        (
            Language::Spl,
            "index=DeviceProcessEvents | transaction DeviceId",
            "command `transaction`",
        ),
        (
            Language::Spl,
            "| tstats count from datamodel=Endpoint.Processes",
            "begins with `tstats`",
        ),
    ] {
        match hunt.translate(language, text) {
            Err(HuntError::Hunt(list)) => {
                assert!(list[0].message.contains(why), "{}", list[0].message)
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}
