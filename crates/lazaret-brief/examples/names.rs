//! What the fitted decision sees of each name of labelled articles, as lines of
//! JSON for `bench/fit-names`.
//!
//! ```text
//! cargo run -p lazaret-brief --example names -- <folder>...
//! ```
//!
//! Labels are those of the example `score`; a name's is `1` where a package of
//! that name is to be found, `-1` where it may be, else `0`. Names that are to be
//! found and are not seen come with no features.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

mod labelled;

use std::{collections::BTreeSet, error::Error, fs, path::Path};

use labelled::articles;
use lazaret_brief::{Briefer, article::Article};
use lazaret_content::Content;
use lazaret_model::Package;

fn main() -> Result<(), Box<dyn Error>> {
    let briefer = Briefer::load(&Content::shipped())?;
    for folder in std::env::args().skip(1) {
        for path in articles(Path::new(&folder))? {
            if let Ok(text) = fs::read_to_string(&path) {
                print(&briefer, &folder, &path, &text);
            }
        }
    }
    Ok(())
}

fn print(briefer: &Briefer, folder: &str, path: &Path, text: &str) {
    // Articles without labels are harmless ones.
    let labels = fs::read_to_string(path.with_extension("labels")).unwrap_or_default();
    let names = |start: &str| -> BTreeSet<String> {
        labels
            .lines()
            .filter_map(|line| line.trim().strip_prefix(start))
            .filter_map(|purl| purl.trim().parse::<Package>().ok())
            .map(|package| package.name().to_lowercase())
            .collect()
    };
    let (wanted, allowed) = (names("package "), names("? package "));
    let article = Article::read(text);
    let mut missed = wanted.clone();
    let line = |name: &str, label: i8, seen: &[String], unit: usize, judged: bool| {
        println!(
            "{}",
            serde_json::json!({
                "batch": folder, "article": path.file_name().map(|n| n.to_string_lossy()),
                "name": name, "label": label, "seen": seen, "unit": unit, "judged": judged,
            })
        );
    };
    for (name, seen, unit, judged) in briefer.seen(&article) {
        missed.remove(&name);
        let label = match (wanted.contains(&name), allowed.contains(&name)) {
            (true, _) => 1,
            (_, true) => -1,
            _ => 0,
        };
        line(&name, label, &seen, unit, judged);
    }
    for name in missed {
        line(&name, 1, &[], usize::MAX, false);
    }
}
