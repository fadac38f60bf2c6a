//! What `lazaret brief` gives has to run, and to answer "are we hit?".

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::{fs, path::Path};

use assert_cmd::Command;
use serde_json::Value;

const ARTICLE: &str = "# Malicious npm packages steal keys\n\n\
    Researchers found two malicious npm packages, `inert-padx@1.3.1` and `@inert/core-utils` \
    (all versions). The postinstall script runs `node setup.js`, downloads a second stage and \
    connects to cdn.inert-update[.]com. The payload reads ~/.npmrc and SSH keys and sends them \
    to the attacker. SHA-256: \
    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n";

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("lazaret")
        .unwrap()
        .current_dir(folder)
        .env("HOME", folder)
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn every_kql_hunt_of_a_brief_can_be_planned() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("article.md"), ARTICLE).unwrap();
    let (code, out, err) = run(folder.path(), &["brief", "article.md", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let brief: Value = serde_json::from_str(&out).unwrap();
    let mut count = 0;
    for hunt in brief["hunts"].as_array().unwrap() {
        if hunt["language"] == "kql" {
            count += 1;
            let text = hunt["text"].as_str().unwrap();
            let (code, _, err) = run(folder.path(), &["hunt", "-q", text, "--explain"]);
            assert_eq!(code, 0, "{text}\n{err}");
        }
    }
    // Of the indicators, and of the techniques that it tells of.
    assert!(count >= 5, "{count}");
}

#[test]
fn an_article_is_compared_with_lockfiles_and_logs() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("article.md"), ARTICLE).unwrap();
    let lock = r#"{"name":"app","lockfileVersion":3,"packages":{"":{"name":"app"},
        "node_modules/inert-padx":{"version":"1.3.1"},
        "node_modules/left-pad":{"version":"1.3.0"}}}"#;
    fs::write(folder.path().join("package-lock.json"), lock).unwrap();
    let log = r#"{"Type":"DeviceNetworkEvents","Timestamp":"2026-11-20T09:00:00Z","DeviceName":"a","ActionType":"ConnectionSuccess","RemoteIP":"192.0.2.1","RemotePort":443,"RemoteUrl":"cdn.inert-update.com"}"#;
    fs::write(folder.path().join("net.jsonl"), log).unwrap();
    let all = [
        "brief",
        "article.md",
        "--against",
        "package-lock.json",
        "net.jsonl",
    ];
    let (code, out, err) = run(folder.path(), &all);
    assert_eq!(code, 1, "{out}{err}");
    let (_, answer) = out.split_once("## Are we hit?").unwrap();
    assert!(answer.contains("pkg:npm/inert-padx@1.3.1"), "{answer}");
    assert!(answer.contains("cdn.inert-update.com"), "{answer}");
    assert!(!answer.contains("left-pad"), "{answer}");
    let harmless = r#"{"name":"app","lockfileVersion":3,"packages":{"":{"name":"app"},
        "node_modules/inert-padx":{"version":"1.3.0"}}}"#;
    fs::write(folder.path().join("package-lock.json"), harmless).unwrap();
    let (code, out, _) = run(
        folder.path(),
        &["brief", "article.md", "--against", "package-lock.json"],
    );
    assert_eq!(code, 0, "{out}");
}

#[test]
fn the_hunts_of_a_brief_run_over_a_lake() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("article.md"), ARTICLE).unwrap();
    let log = |host: &str| {
        format!(
            r#"{{"Type":"DeviceNetworkEvents","Timestamp":"2026-11-20T09:00:00Z","DeviceName":"a","ActionType":"ConnectionSuccess","RemoteIP":"192.0.2.1","RemotePort":443,"RemoteUrl":"{host}"}}"#
        )
    };
    let hunt = |host: &str, lake: &str| {
        fs::write(folder.path().join("net.jsonl"), log(host)).unwrap();
        let (code, _, err) = run(folder.path(), &["ingest", "net.jsonl", "--lake", lake]);
        assert_eq!(code, 0, "{err}");
        let all = ["brief", "article.md", "--hunt", "--lake", lake];
        run(folder.path(), &all)
    };
    let (code, out, err) = hunt("cdn.inert-update.com", "hit");
    assert_eq!(code, 1, "{out}{err}");
    let (_, answer) = out.split_once("## What the hunts found").unwrap();
    assert!(answer.contains("cdn.inert-update.com"), "{answer}");
    assert!(answer.contains(" 0 could not run"), "{answer}");
    let (code, out, err) = hunt("registry.example.com", "quiet");
    assert_eq!(code, 0, "{out}{err}");
}

#[test]
fn a_feed_becomes_pages_with_an_index_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let entry = |title: &str, package: &str| {
        format!(
            "<item><title>{title}</title><link>https://blog.example.com/{package}</link>\
             <description>&lt;p&gt;The npm package {package} steals tokens and sends them to \
             {package}-c2[.]com. &lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;</description></item>"
        )
    };
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>News</title>{}{}</channel></rss>",
        entry("One &lt;script&gt;", "inert-one"),
        entry("Two", "inert-two")
    );
    fs::write(folder.path().join("news.xml"), feed).unwrap();
    let all = ["brief", "news.xml", "--format", "html", "--output", "out"];
    let (code, out, err) = run(folder.path(), &all);
    assert_eq!(code, 0, "{out}{err}");
    let page = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    assert!(page("news.html").contains("inert-one"));
    assert!(page("news-2.html").contains("inert-two"));
    let index = page("index.html");
    assert!(index.contains("news.html") && index.contains("news-2.html"));
    assert!(page("feed.xml").contains("news-2.html"));
    for name in ["news.html", "news-2.html", "index.html", "feed.xml"] {
        assert!(!page(name).contains("<script"), "{name}");
    }
}
