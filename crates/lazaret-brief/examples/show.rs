//! Everything found in one article, with reasons.
//!
//! ```text
//! cargo run -p lazaret-brief --example show -- <file>
//! ```

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{error::Error, fs};

use lazaret_brief::{Briefer, article::Article};
use lazaret_content::Content;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: show <file>")?;
    let article = Article::read(&fs::read_to_string(path)?);
    for block in &article.blocks {
        println!("{:?} {}", block.kind, &article.text[block.range.clone()]);
    }
    let brief = Briefer::load(&Content::shipped())?.brief(&article);
    for f in brief.indicators.iter().chain(&brief.mentioned) {
        println!(
            "{:?} {:?} {}  [{}] {}",
            f.role, f.indicator.kind, f.indicator.value, f.reason, f.sentence
        );
    }
    for t in &brief.techniques {
        println!("{t:?}");
    }
    Ok(())
}
