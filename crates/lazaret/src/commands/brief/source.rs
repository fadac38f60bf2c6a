//! The articles that were given.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use lazaret_brief::{
    article::{Article, LIMIT},
    feed,
};

/// File name endings that are read in a folder.
const ENDINGS: [&str; 9] = [
    "atom", "htm", "html", "markdown", "md", "rss", "txt", "xhtml", "xml",
];

/// The files below a folder, in the order of their paths; a file as it is.
pub(super) fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries =
        fs::read_dir(path).with_context(|| format!("cannot read the folder {}", path.display()))?;
    let mut below: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    below.sort();
    for path in below {
        let ending = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        let wanted = ENDINGS.contains(&ending.to_ascii_lowercase().as_str());
        if path.is_dir() || wanted {
            collect(&path, files)?;
        }
    }
    Ok(())
}

/// What was read of one file.
pub(super) struct Source {
    /// Its articles: one, or those of a feed.
    pub(super) articles: Vec<Article>,
    /// What could not be read of it.
    pub(super) notes: Vec<String>,
}

/// Reads a file, or standard input for `-`.
pub(super) fn read(path: &Path) -> anyhow::Result<Source> {
    let mut bytes = Vec::new();
    // One byte more than is used, so that the cut is noted.
    let limit = LIMIT as u64 + 1;
    if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut bytes)
            .context("cannot read standard input")?;
    } else {
        let file =
            fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        file.take(limit)
            .read_to_end(&mut bytes)
            .with_context(|| format!("cannot read {}", path.display()))?;
    }
    let text = String::from_utf8_lossy(&bytes);
    if feed::is_feed(&text) {
        let feed = feed::read(&text);
        return Ok(Source {
            articles: feed.articles,
            notes: feed.notes,
        });
    }
    Ok(Source {
        articles: vec![Article::read(&text)],
        notes: Vec::new(),
    })
}
