//! Scripts of each language and what they are found to do: inert imitations
//! of what malicious packages do, and ordinary scripts. One data file for each
//! language, scripts parted by `---`.

#![allow(clippy::unwrap_used, reason = "a test")]

use lazaret_code::{Catalogue, Limits, NoModules, Source, analyse, ir::Language};
use lazaret_content::Content;
use lazaret_model::Phase;

/// One line for each behaviour: action, object, target, tags, flows, layers.
fn behaviours(catalogue: &Catalogue, language: Language, text: &str) -> String {
    let source = Source {
        path: "x",
        text: text.as_bytes(),
        language,
        phase: Phase::Install,
    };
    let analysis = analyse(&source, &NoModules, catalogue, &Limits::default());
    let mut lines: String = analysis
        .behaviours
        .iter()
        .map(|b| {
            let flows: Vec<String> = b
                .flows
                .iter()
                .map(|f| format!("{f:?}").to_lowercase())
                .collect();
            let tags: Vec<&str> = b.tags.iter().map(String::as_str).collect();
            let mut line = format!("{:?} {:?} {:?}", b.action, b.object, b.target);
            for (mark, list) in [
                ("#", tags.join(" ")),
                ("<-", flows.join(" ")),
                ("via", b.layers.join(" ")),
            ] {
                if !list.is_empty() {
                    line.push_str(&format!(" {mark} {list}"));
                }
            }
            line + "\n"
        })
        .collect();
    for note in &analysis.notes {
        lines.push_str(&format!("note {}: {}\n", note.kind, note.detail));
    }
    lines
}

fn report(language: Language, scripts: &str) -> String {
    let catalogue = Catalogue::load(&Content::shipped()).unwrap();
    let reports: Vec<String> = scripts
        .split("\n---\n")
        .map(|script| {
            format!(
                "{}\n=>\n{}",
                script.trim_end(),
                behaviours(&catalogue, language, script)
            )
        })
        .collect();
    reports.join("\n")
}

#[test]
fn shell() {
    insta::assert_snapshot!(report(Language::Shell, include_str!("data/shell.txt")));
}

#[test]
fn powershell() {
    insta::assert_snapshot!(report(
        Language::PowerShell,
        include_str!("data/powershell.txt")
    ));
}

#[test]
fn batch() {
    insta::assert_snapshot!(report(Language::Batch, include_str!("data/batch.txt")));
}

#[test]
fn ruby() {
    insta::assert_snapshot!(report(Language::Ruby, include_str!("data/ruby.txt")));
}

#[test]
fn rust() {
    insta::assert_snapshot!(report(Language::Rust, include_str!("data/rust.txt")));
}

#[test]
fn csharp() {
    insta::assert_snapshot!(report(Language::CSharp, include_str!("data/csharp.txt")));
}
