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

/// Each text's brief says to block these.
fn check(cases: &[(&str, &[&str])]) -> Result<(), Box<dyn std::error::Error>> {
    let briefer = Briefer::load(&Content::shipped())?;
    let failed: Vec<String> = cases
        .iter()
        .map(|(text, expected)| (text, packages(&briefer, text), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(text, found, expected)| format!("{text}\n  found {found:?}\n  not {expected:?}"))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    Ok(())
}

#[test]
fn packages_are_found_however_they_are_told() -> Result<(), Box<dyn std::error::Error>> {
    check(&[
        // An OSV record.
        (
            r#"{"id": "MAL-2026-1", "summary": "Malicious code in foobarly (PyPI)", "details": "It steals.", "affected": [{"package": {"ecosystem": "PyPI", "name": "foobarly"}, "versions": ["0.1.0"]}]}"#,
            &["pkg:pypi/foobarly@0.1.0"],
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
    ])
}

#[test]
fn lists_and_tables_name_packages_however_they_are_set() -> Result<(), Box<dyn std::error::Error>> {
    check(&[
        // Values under a head are a table.
        (
            "# Malicious npm packages\n\nThey steal keys.\n\npackage_name, version, SHA1\nfoobarly-kit, 1.0.1, da39a3ee5e6b4b0d3255bfef95601890afd80709\nbarly-kid, 1.0.2, 0a4d55a8d778e5022fab701977c5d840bbc486d0\n",
            &["pkg:npm/barly-kid@1.0.2", "pkg:npm/foobarly-kit@1.0.1"],
        ),
        // Names in columns that nothing announces.
        (
            "# Malicious gems phish for passwords\n\nThe gems post what is typed to a server of theirs on RubyGems.\n\nThe list:\n\n    fo_quill      ba_trellis\n    fo_wicket     ba_gable_x\n",
            &[
                "pkg:gem/ba_gable_x",
                "pkg:gem/ba_trellis",
                "pkg:gem/fo_quill",
                "pkg:gem/fo_wicket",
            ],
        ),
        // The name behind what it is called.
        (
            "# VS Code extensions mine coins\n\nThe malicious extensions on the VS Code marketplace:\n\n1. Nice Theme (by Foo) - `foodev.nice-theme-vs`\n2. Python Helper (by Foo) - `foodev.python-helper-vs`\n",
            &[
                "pkg:vscode-extension/foodev/nice-theme-vs",
                "pkg:vscode-extension/foodev/python-helper-vs",
            ],
        ),
        // A cell over two rows, and a column of what is imitated.
        (
            "<html><body><h1>Malicious packages on PyPI</h1><p>They steal the keys of those who install them.</p><table><tr><th>Cluster</th><th>Package</th><th>Imitates</th></tr><tr><td rowspan=\"2\">Windows</td><td>colorizly-pro</td><td>golang</td></tr><tr><td>barlyshowtemp</td><td>npm</td></tr></table></body></html>",
            &["pkg:pypi/barlyshowtemp", "pkg:pypi/colorizly-pro"],
        ),
        // A row that says that it is harmless.
        (
            "# Malicious npm packages\n\nThey steal tokens.\n\n| Package | Verdict |\n|---|---|\n| foobarly-kit | malicious |\n| barly-kid | benign |\n",
            &["pkg:npm/foobarly-kit"],
        ),
        // A label before names, and one before accounts.
        (
            "# Malicious npm packages map networks\n\nThey send the names of hosts to a server.\n\n**Packages by evilfoo1:** e-foobarly, seatably, data-barly\n\n**npm aliases:** evilfoo1, evilbar2\n",
            &[
                "pkg:npm/data-barly",
                "pkg:npm/e-foobarly",
                "pkg:npm/seatably",
            ],
        ),
    ])
}

#[test]
fn what_is_only_shown_or_told_of_is_none() -> Result<(), Box<dyn std::error::Error>> {
    check(&[
        // Front matter in TOML, drawings, workflows and what is to be installed.
        (
            "+++\ntitle = \"A malicious npm package\"\n[extra]\npackages = [\"foo-linter\", \"barly-update\"]\n+++\n\nThe npm package `foobarly-kit` steals tokens.\n\n```mermaid\nflowchart LR\n  A[fo-drawn 1.2.3] --> B\n```\n\n```yaml\nsteps:\n  - uses: actions/checkout@v4\n  - uses: foo-guard/run-it@v2\n```\n\nInstall our scanner to be warned: `npm i -g @foosec/scanner`.\n",
            &["pkg:npm/foobarly-kit"],
        ),
        // A flaw is no attack.
        (
            "# CVE-2026-1234: remote code execution in foobarly-kit\n\nAttackers can run code in what uses the npm package `foobarly-kit` and steal tokens. There is no sign that it was tampered with.\n",
            &[],
        ),
        // Nor is news of a tool.
        (
            "# Announcing trusted publishing\n\nTokens are stolen again and again: we have seen malicious versions of the npm packages `foobarly-kit` and `barly-kid`. No longer.\n",
            &[],
        ),
        // What happened in another year.
        (
            "# Malicious npm package steals tokens\n\nIn May 2026 the npm package `foobarly-kit` was found to steal tokens. In 2018, the barly-stream package was compromised in the same way.\n",
            &["pkg:npm/foobarly-kit"],
        ),
        // A note is said of the name before it.
        (
            "# Malicious npm packages\n\nOn npm there are `foobarly-kit` (poses as a client for a game), `barly-kid` and `fo-quill`; they steal tokens.\n",
            &[
                "pkg:npm/barly-kid",
                "pkg:npm/fo-quill",
                "pkg:npm/foobarly-kit",
            ],
        ),
        // Versions of several.
        (
            "# Compromised npm packages\n\nVersions of two npm packages were compromised to steal tokens. For `foobarly-kit` and `barly-kid` they are 1.0.1 and 1.0.2.\n",
            &[
                "pkg:npm/barly-kid@1.0.1",
                "pkg:npm/barly-kid@1.0.2",
                "pkg:npm/foobarly-kit@1.0.1",
                "pkg:npm/foobarly-kit@1.0.2",
            ],
        ),
        (
            "# Malicious PyPI packages\n\nThese PyPI packages steal tokens:\n\n- foobarly-kit\n- barly-kid\n- fo-quill\n\nEach of them was uploaded once, as version 1.0.0.\n",
            &[
                "pkg:pypi/barly-kid@1.0.0",
                "pkg:pypi/fo-quill@1.0.0",
                "pkg:pypi/foobarly-kit@1.0.0",
            ],
        ),
        // What an item begins with, not what it copies; a list after a dash; wheels.
        (
            "# Malicious Go modules\n\nThe malicious Go modules steal tokens:\n\n- `github.com/foo-cli/barly`: a clone of `github.com/foo/barly`; malicious version v1.8.2\n",
            &["pkg:golang/github.com/foo-cli/barly@v1.8.2"],
        ),
        (
            "# Malicious npm package steals tokens\n\nThe npm package `foobarly-kit` steals tokens.\n\nThree NuGet packages by the same actor steal them as well -\n\n* FoBarlyData\n* BarlyUnicorn.Core\n* FoQuill9\n",
            &[
                "pkg:npm/foobarly-kit",
                "pkg:nuget/barlyunicorn.core",
                "pkg:nuget/fobarlydata",
                "pkg:nuget/foquill9",
            ],
        ),
        (
            "# Compromised PyPI package\n\nThe PyPI package `foobarly` was compromised to steal tokens.\n\n## Indicators\n\n- foobarly-1.2.3-cp312-cp312-manylinux_2_17_x86_64.whl\n",
            &["pkg:pypi/foobarly@1.2.3"],
        ),
    ])
}

#[test]
fn rows_lists_and_links_are_told_in_many_ways() -> Result<(), Box<dyn std::error::Error>> {
    check(&[
        // A labelled row: any words, the last one after "and".
        (
            "# Malicious PyPI packages\n\nPackages on PyPI steal tokens.\n\nThe list of offending packages is as follows: foobarlying, barlyquill, and foquill.\n",
            &[
                "pkg:pypi/barlyquill",
                "pkg:pypi/foobarlying",
                "pkg:pypi/foquill",
            ],
        ),
        // Go modules in a list of an article on npm as well.
        (
            "# Malicious npm packages and Go modules\n\nThe malicious npm package `foobarly-kit` and Go modules steal tokens.\n\nMalicious packages:\n\n- foobarly-kit\n- github.com/foobarly/barly-kid\n",
            &[
                "pkg:golang/github.com/foobarly/barly-kid",
                "pkg:npm/foobarly-kit",
            ],
        ),
        // A range is spelt out.
        (
            "# Malicious npm packages\n\nThese npm packages steal tokens:\n\n- foobarly-kit (versions 1.0.1, 1.0.3 to 1.0.5)\n",
            &[
                "pkg:npm/foobarly-kit@1.0.1",
                "pkg:npm/foobarly-kit@1.0.3",
                "pkg:npm/foobarly-kit@1.0.4",
                "pkg:npm/foobarly-kit@1.0.5",
            ],
        ),
        // The menu of a page, up to its second title.
        (
            "# Malicious npm package foobarly-kit steals tokens\n\n* Login\n* Packages\n* npm-search\n\n# Malicious npm package foobarly-kit steals tokens\n\nThe malicious npm package `foobarly-kit` steals tokens from the machine that it is installed on and sends them to a server that its author runs.\n",
            &["pkg:npm/foobarly-kit"],
        ),
        // Accounts are no packages.
        (
            "# Malicious npm packages\n\nThe malicious npm package `foobarly-kit` steals tokens.\n\nMalicious npm accounts:\n\n- barly-kid\n- fo-quill\n",
            &["pkg:npm/foobarly-kit"],
        ),
        // What is copied is not meant.
        (
            "# Malicious npm package\n\nThe npm package `foobarly-kit`, a backdoored copy of `barly-kid`, steals tokens.\n",
            &["pkg:npm/foobarly-kit"],
        ),
        // A page that counts downloads.
        (
            "# Malicious npm packages\n\nThe npm packages steal tokens. [One of them](https://npm-stat.com/charts.html?package=foobarly-kit) had a hundred downloads.\n",
            &["pkg:npm/foobarly-kit"],
        ),
    ])
}
