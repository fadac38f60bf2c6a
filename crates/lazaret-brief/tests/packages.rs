//! Packages in the ways that pages, threads and advisories tell them.

use lazaret_brief::{Briefer, article::Article};
use lazaret_content::Content;
use lazaret_model::IndicatorKind;

/// The packages that the brief of a text says to block.
fn packages(briefer: &Briefer, text: &str) -> Vec<String> {
    let brief = briefer.brief(&Article::read(text));
    let mut found: Vec<String> = brief
        .indicators
        .into_iter()
        .filter(|f| f.indicator.kind == IndicatorKind::Package)
        .map(|f| f.indicator.value)
        .collect();
    found.sort();
    found
}

#[test]
fn packages_are_found_however_they_are_told() -> Result<(), Box<dyn std::error::Error>> {
    let briefer = Briefer::load(&Content::shipped())?;
    for (text, expected) in [
        // An OSV record.
        (
            r#"{"id": "MAL-2026-1", "summary": "Malicious code in foobarly (PyPI)", "details": "It steals.", "affected": [{"package": {"ecosystem": "PyPI", "name": "foobarly"}, "versions": ["0.1.0"]}]}"#,
            &["pkg:pypi/foobarly@0.1.0"] as &[&str],
        ),
        // A table with groups.
        (
            "# Malicious artifacts on Maven Central\n\nThey steal keys.\n\n| Group ID | Artifact ID | Versions |\n|---|---|---|\n| io.examplex | codec-extra | 4.1.1, 4.1.2 |\n",
            &[
                "pkg:maven/io.examplex/codec-extra@4.1.1",
                "pkg:maven/io.examplex/codec-extra@4.1.2",
            ],
        ),
        // Addresses of archives.
        (
            "# Malware packages on PyPI\n\nLive malware links:\n\nhttps://pypi.org/packages/ac/0d/0a/junkly-bar-1.0.tar.gz\n",
            &["pkg:pypi/junkly-bar@1.0"],
        ),
        // A list of names with versions after a sentence.
        (
            "# Three npm packages steal cookies\n\nThree packages on npm pretend to be plugins of a framework. They were fetched often.\n\n- **foo-guardian** (1.0.3)\n- **foo-cors-plus** (2.4.1)\n",
            &["pkg:npm/foo-cors-plus@2.4.1", "pkg:npm/foo-guardian@1.0.3"],
        ),
        // A name that was torn out of its sentence.
        (
            "Malicious Package\n\nVersion 2.2.0 of\nlogsymblex\ncontains malicious code as a preinstall script. The npm package is malware.\n",
            &["pkg:npm/logsymblex@2.2.0"],
        ),
        // A thread that means its own package.
        (
            "who/canvas-mocker · issue #126 · closed · JavaScript\n# npm supply chain compromise\n\nIt looks like version 2.5.3 adds a hook which runs an obfuscated blob. This is malware and exfiltrates tokens.\n",
            &["pkg:npm/canvas-mocker@2.5.3"],
        ),
        // A word that is called a package twice.
        (
            "Malicious PyPI package soopwocks\n\nA malicious PyPI package called soopwocks infected systems. The soopwocks package contained malicious code.\n",
            &["pkg:pypi/soopwocks"],
        ),
        // Who was accused wrongly.
        (
            "# GHSA-2222 incorrectly flags `pkg:npm/foobarly@25.0.1` as malicious\n\nIt is no malware.\n",
            &[],
        ),
    ] {
        assert_eq!(packages(&briefer, text), expected, "{text}");
    }
    Ok(())
}
