//! Everything found in articles, with reasons.
//!
//! ```text
//! cargo run -p lazaret-brief --example show -- <file>
//! cargo run -p lazaret-brief --example show -- --jsonl <file>...
//! ```
//!
//! The second form prints kinds and values alone, a line for each file, so that
//! they can be compared with what other extractors find.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{error::Error, fs, path::Path};

use lazaret_brief::{Briefer, article::Article};
use lazaret_content::Content;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let briefer = Briefer::load(&Content::shipped())?;
    let mut paths: Vec<String> = std::env::args().skip(1).collect();
    let values = paths.first().is_some_and(|first| first == "--jsonl");
    if values {
        paths.remove(0);
    }
    for path in paths {
        let article = Article::read(&fs::read_to_string(&path)?);
        if values {
            let found: Vec<_> = briefer
                .indicators(&article)
                .into_iter()
                .map(|f| json!([f.indicator.kind, f.indicator.value]))
                .collect();
            let stem = Path::new(&path).file_stem().map(|s| s.to_string_lossy());
            println!("{}", json!({ "file": stem, "found": found }));
            continue;
        }
        for block in &article.blocks {
            println!("{:?} {}", block.kind, &article.text[block.range.clone()]);
        }
        let brief = briefer.brief(&article);
        for f in brief.indicators.iter().chain(&brief.mentioned) {
            println!(
                "{:?} {:?} {}  [{}] {}",
                f.role, f.indicator.kind, f.indicator.value, f.reason, f.sentence
            );
        }
        for told in &brief.techniques {
            println!("{told:?}");
        }
    }
    Ok(())
}
