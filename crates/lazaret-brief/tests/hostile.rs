//! Pages made to cost time, and the promise that a brief depends on nothing
//! but its article.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::time::{Duration, Instant};

use lazaret_brief::{Briefer, article::Article, output};
use lazaret_content::Content;

fn within(limit: Duration, page: &str) -> lazaret_brief::Brief {
    let briefer = Briefer::load(&Content::shipped()).unwrap();
    let start = Instant::now();
    let brief = briefer.brief(&Article::read(page));
    let took = start.elapsed();
    assert!(took < limit, "took {took:?}");
    brief
}

#[test]
fn depth_costs_nothing() {
    let page = format!(
        "<html><body>{}<p>It calls hxxp://bad[.]evil-metrics[.]ru/x for orders.</p>",
        "<div>".repeat(100_000)
    );
    let brief = within(Duration::from_secs(30), &page);
    assert!(
        brief
            .indicators
            .iter()
            .any(|f| f.indicator.value.contains("bad.evil-metrics.ru"))
    );
}

#[test]
fn repetition_costs_no_more_than_its_length() {
    for page in [
        // Lines that each announce a list, and names that are torn out of one.
        format!("# A\n\n{}", "a:\n".repeat(200_000)),
        format!("# A\n\n{}", "a:\nb\nb c\n".repeat(50_000)),
        // Words below each other, with and without a line that announces them.
        format!("# A\n\n{}", "a\n".repeat(300_000)),
        format!("# A\n\nThese:\n{}", "a-b\n".repeat(150_000)),
        format!("Malware in npm\n{}", "version of\nfoo\n".repeat(50_000)),
        // Records and addresses that never end.
        format!("{{\"affected\": [{}", "{\"package\": ".repeat(100_000)),
        format!("https://pypi.org/{}", "a.".repeat(200_000)),
        "pip list | grep '^(".to_owned() + &"a|".repeat(100_000),
        "- foo-bar, ".to_owned() + &"foo-bar, ".repeat(50_000),
        // Commands, years, versions and cells in one sentence or row.
        format!(
            "# Malware\n\n{}",
            "run npm install foo-bar and ".repeat(20_000)
        ),
        format!(
            "# Malware\n\n{}",
            "in 2018 `foo-bar` 1.2.3 and ".repeat(20_000)
        ),
        format!(
            "# Malware\n\n| Package | A |\n|---|---|\n| a | {} |\n",
            "foo-bar ".repeat(50_000)
        ),
        format!("# A\n\n{}", "a, b\n".repeat(100_000)),
        // Modules without an ecosystem, names in one cell and in one head, each
        // of which what stands around is looked at.
        format!("# Malware\n\n{}", "github.com/aa/bb-cc ".repeat(20_000)),
        format!("# Malware\n\n{}", "\"foo-bar\", foobarly; ".repeat(20_000)),
        format!(
            "# Malware\n\n| {} |\n|---|\n{}",
            "malicious packages ".repeat(20_000),
            "| `foo-bar` |\n".repeat(10_000)
        ),
        // Many versions, each of many names.
        format!(
            "# Malicious npm packages\n\n{}\n\n{}",
            (0..2000)
                .map(|at| format!("- foo-bar-{at}\n"))
                .collect::<String>(),
            "Each stole tokens in version 1.0.0. ".repeat(9_000)
        ),
        format!(
            "<table>{}",
            "<tr><td rowspan=9>a<td rowspan=9>b".repeat(50_000)
        ),
    ] {
        within(Duration::from_secs(60), &page);
    }
}

#[test]
fn declared_entities_are_not_expanded() {
    let page = format!(
        "<!DOCTYPE html [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><html><body><p>{}</p>",
        "&b;".repeat(10_000)
    );
    let article = Article::read(&page);
    assert!(article.text.len() <= page.len());
}

#[test]
fn the_same_article_gives_the_same_brief() {
    let page = "<html><title>Theft</title><body><p>The malicious npm package <code>colour-helper-js</code> \
        (versions 1.0.1 and 1.0.2) sends secrets to hxxps://collector[.]evil-metrics[.]ru/v1 \
        and to 45[.]9[.]148[.]77:8443 from its postinstall script.</p>";
    let json = || {
        let briefer = Briefer::load(&Content::shipped()).unwrap();
        serde_json::to_string(&briefer.brief(&Article::read(page))).unwrap()
    };
    let first = json();
    assert!(first.contains("colour-helper-js"));
    assert_eq!(first, json());
}

#[test]
fn ids_of_stix_and_misp_are_stable_and_of_a_version_that_others_take() {
    let briefer = Briefer::load(&Content::shipped()).unwrap();
    let article = Article::from_text("Malware\nIt sends data to evil-c2[.]ru over HTTPS.");
    let bundle = output::stix(&briefer.brief(&article));
    let again = output::stix(&briefer.brief(&article));
    assert_eq!(bundle, again);
    for object in bundle["objects"].as_array().unwrap() {
        let id = object["id"].as_str().unwrap();
        let uuid = id.split_once("--").unwrap().1;
        assert_eq!(uuid.as_bytes()[14], b'5', "{id}");
    }
    let event = output::misp(&briefer.brief(&article));
    assert_eq!(event["Event"]["uuid"].as_str().unwrap().len(), 36);
}

#[test]
fn severity_is_where_a_person_would_put_it() {
    let briefer = Briefer::load(&Content::shipped()).unwrap();
    let level = |text: &str| {
        let brief = briefer.brief(&Article::from_markdown(text));
        format!("{:?}", brief.rating.severity).to_lowercase()
    };
    let worm = level(
        "# Worm in npm packages\n\nThe malicious npm packages `color-stringz` and `debug-loggr` have two million weekly downloads. The postinstall script runs the payload. It steals npm tokens and AWS credentials from .npmrc files. The self-replicating worm republishes infected packages and sends the data to evil-c2[.]ru.",
    );
    let stealer = level(
        "# Stealer on PyPI\n\nThe malicious PyPI package `requestz-pro` was downloaded 1,200 times. Its setup.py runs malicious code that steals browser passwords and sends them to evil-c2[.]ru.",
    );
    let one = level(
        "# A suspicious package\n\nThe malicious npm package `left-padz` was removed from npm.",
    );
    let none = level(
        "# How lockfiles work\n\nA lockfile records the version of every dependency, so that each install gives the same result.",
    );
    assert_eq!(worm, "critical");
    assert_eq!(stealer, "high");
    assert!(matches!(one.as_str(), "low" | "medium"), "{one}");
    assert_eq!(none, "info");
}
