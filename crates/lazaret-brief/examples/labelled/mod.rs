//! Folders of articles, beside which their labels stand (`x.labels`).

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The articles of a folder, in the order of their names.
pub fn articles(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e != "labels"))
        .collect();
    paths.sort();
    Ok(paths)
}
