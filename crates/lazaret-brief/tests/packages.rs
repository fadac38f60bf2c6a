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
        // Words of plain English, commands and hosts are none.
        (
            "# Malicious npm packages steal tokens\n\nThe npm package `foobarly-kit` steals tokens. The attackers also looked at dependencies like `timber logs`, and at the domains that the packages used, such as foobarly.net and barly.org.\n\nAffected packages:\n\n- `foobarly-kit`\n- Certain @fo/* plugins\n- checkToken(): reads the token\n",
            &["pkg:npm/foobarly-kit"],
        ),
        // Programs, advice and what is supposed.
        (
            "# Malicious PyPI packages steal tokens\n\nThe package `foobarly-kit` on PyPI steals tokens. An attacker might publish the package `foobarly-kid` next.\n\n## Protecting yourself\n\nLocked dependencies:\n\n- `lockerly-compile`\n- `pipenv`\n",
            &["pkg:pypi/foobarly-kit"],
        ),
        // A word that no language has, beside a word for packages or a verb.
        (
            "# An attack on PyPI\n\nAttackers compromised the quattorch dependency in nightly builds on PyPI. A month before, reqestz typosquatted requests and exfiltrated the keys.\n",
            &["pkg:pypi/quattorch", "pkg:pypi/reqestz"],
        ),
        // Two letters and their versions.
        (
            "# Malicious npm packages\n\nTwo npm packages were hijacked to steal passwords. For qz, version 1.2.9, 1.3.9, and 2.3.9 appeared shortly after.\n",
            &["pkg:npm/qz@1.2.9", "pkg:npm/qz@1.3.9", "pkg:npm/qz@2.3.9"],
        ),
        // A row of names that nothing calls so.
        (
            "# An npm campaign that steals keys\n\nThey published malicious code under many accounts. Three remain live on the registry (foo-plaid-kit, sum-node-kit, and zoltrade), and were fetched often.\n",
            &[
                "pkg:npm/foo-plaid-kit",
                "pkg:npm/sum-node-kit",
                "pkg:npm/zoltrade",
            ],
        ),
        // What the next sentence says of them.
        (
            "# Accounts taken over on npm\n\nA maintainer was phished. The same happened to two other highly popular packages: \"qoa\" and \"rqc\". Both packages were infected with a stealer.\n",
            &["pkg:npm/qoa", "pkg:npm/rqc"],
        ),
        // Of the same user; what a typosquat is of.
        (
            "# Malware packages on PyPI\n\nThe malicious `foobarly-kit` was removed along with another project `foobarly25` uploaded by the same user.\n\nA malicious `requests` typosquat (`reqes-tz`) came before it and exfiltrated keys.\n",
            &[
                "pkg:pypi/foobarly-kit",
                "pkg:pypi/foobarly25",
                "pkg:pypi/reqes-tz",
            ],
        ),
        // The heading of a section that tells of "this package".
        (
            "# Case studies of malware\n\n### PyPI: discorbcmd\n\nThis Python package attacks the client. It exfiltrated the token.\n",
            &["pkg:pypi/discorbcmd"],
        ),
        // Releases are published and removed where nobody is attacked.
        (
            "# Release 1.4\n\nThe packages `foobarly-kit` and `foobarly-cat` were published on npm.\n\nAffected packages:\n\n- `foobarly-kit` 1.4.1\n- `foobarly-dog` 1.4.2\n\nA payload of 2 MB was removed.\n",
            &[],
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
