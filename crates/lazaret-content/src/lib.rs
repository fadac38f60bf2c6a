//! The rules, analytics, techniques and reference data shipped in `content/`,
//! and a user's overlay of them.
//!
//! Content is data: whoever adds a file adds it there and nowhere else. It is
//! embedded in the program; a folder of the same layout given by the user
//! adds to it and replaces files of the same path.

use std::{borrow::Cow, collections::BTreeMap, fs, io, path::Path};

use include_dir::{Dir, include_dir};

static SHIPPED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../content");

/// A content folder that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read content at {path}: {source}")]
pub struct ContentError {
    path: String,
    source: io::Error,
}

/// All content files, by path from `content/` with `/`.
#[derive(Clone, Debug)]
pub struct Content {
    files: BTreeMap<String, Cow<'static, [u8]>>,
}

impl Content {
    /// What is shipped in the program.
    pub fn shipped() -> Self {
        let mut files = BTreeMap::new();
        collect(&SHIPPED, &mut files);
        Self { files }
    }

    /// Adds the files below `folder`; they replace those of the same path.
    /// Links are not followed.
    pub fn overlay(&mut self, folder: &Path) -> Result<(), ContentError> {
        self.overlay_below(folder, "")
            .map_err(|source| ContentError {
                path: folder.display().to_string(),
                source,
            })
    }

    fn overlay_below(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if kind.is_dir() {
                self.overlay_below(&entry.path(), &format!("{path}/"))?;
            } else if kind.is_file() {
                self.files.insert(path, fs::read(entry.path())?.into());
            }
        }
        Ok(())
    }

    /// One file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// Whether a file is as it was shipped, not one of the user's.
    pub fn is_shipped(&self, path: &str) -> bool {
        matches!(self.files.get(path), Some(Cow::Borrowed(_)))
    }

    /// All files whose path starts with `prefix`, in the order of their paths.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.files
            .range(prefix.to_owned()..)
            .take_while(move |(path, _)| path.starts_with(prefix))
            .map(|(path, bytes)| (path.as_str(), bytes.as_ref()))
    }

    /// The files below `folder` (`a/b/`) whose path ends with `ending`: what
    /// stands between, the whole path, and the file.
    pub fn named<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str, &'a [u8])> {
        self.below(folder).filter_map(move |(path, bytes)| {
            let name = path.strip_prefix(folder)?.strip_suffix(ending)?;
            Some((name, path, bytes))
        })
    }
}

fn collect(dir: &'static Dir<'static>, files: &mut BTreeMap<String, Cow<'static, [u8]>>) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        files.insert(path, Cow::Borrowed(file.contents()));
    }
    for dir in dir.dirs() {
        collect(dir, files);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlay_adds_and_replaces() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("rules/x")).unwrap();
        fs::write(folder.path().join("rules/x/rule.toml"), "new").unwrap();
        let mut content = Content::shipped();
        content.overlay(folder.path()).unwrap();
        assert_eq!(content.get("rules/x/rule.toml"), Some(&b"new"[..]));
        assert!(content.below("rules/x/").count() >= 1);
        let mut named = content.named("rules/", "/rule.toml");
        assert_eq!(named.next(), Some(("x", "rules/x/rule.toml", &b"new"[..])));
    }
}
