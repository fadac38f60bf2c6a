//! Prints the behaviours of source files: `behaviours [--install] FILE…`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::time::Instant;

use lazaret_code::{Catalogue, Limits, NoModules, Source, analyse, ir::Language};
use lazaret_content::Content;
use lazaret_model::Phase;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let catalogue = Catalogue::load(&Content::shipped())?;
    let mut phase = Phase::Import;
    for path in std::env::args().skip(1) {
        if path == "--install" {
            phase = Phase::Install;
            continue;
        }
        let text = std::fs::read(&path)?;
        let language = match path.rsplit('.').next().unwrap_or_default() {
            "js" | "ts" | "mjs" | "cjs" => Language::JavaScript,
            "rb" => Language::Ruby,
            "sh" => Language::Shell,
            "ps1" => Language::PowerShell,
            "cs" => Language::CSharp,
            "rs" => Language::Rust,
            "bat" => Language::Batch,
            _ => Language::Python,
        };
        let start = Instant::now();
        let worth = catalogue.worth_parsing(language, &text);
        let source = Source {
            path: &path,
            text: &text,
            language,
            phase,
        };
        let analysis = analyse(&source, &NoModules, &catalogue, &Limits::default());
        println!(
            "== {path} ({} bytes, worth {worth}, {:?})",
            text.len(),
            start.elapsed()
        );
        for b in &analysis.behaviours {
            let target: String = b.target.chars().take(160).collect();
            println!(
                "{:>5}:{:<3} {:?} {:?} {:?} {target:?} flows={:?} tags={:?} layers={:?} api={}",
                b.location.line,
                b.location.column,
                b.phase,
                b.action,
                b.object,
                b.flows,
                b.tags,
                b.layers,
                b.api
            );
        }
        for note in &analysis.notes {
            println!("  note {} {}", note.kind, note.detail);
        }
    }
    Ok(())
}
