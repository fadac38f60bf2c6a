//! All files of one package, read under limits.

use std::collections::HashMap;

use lazaret_artifact::{Artifact, ArtifactError, Entry, EntryInfo, Limits, Source, Want};

use crate::files::{File, extension};

/// Bytes of a file that is not source code that are kept.
const HEAD: u64 = 64 << 10;

/// Bytes of a source file that are analysed.
const SOURCE: u64 = 8 << 20;

/// A package in memory.
#[derive(Debug)]
pub struct PackageFiles {
    /// What the reader said.
    pub artifact: Artifact,
    /// Its files, in reading order.
    pub files: Vec<File>,
    by_path: HashMap<String, usize>,
}

impl PackageFiles {
    /// Reads a package. Of pictures, archives and programs only the head is
    /// kept: a rule needs no more of them.
    ///
    /// # Errors
    /// If the source cannot be opened.
    pub fn read(source: &Source, limits: &Limits) -> Result<Self, ArtifactError> {
        let mut files = Vec::new();
        let want = |info: &EntryInfo<'_>| want(info);
        let artifact = lazaret_artifact::read(source, limits, &want, &mut |entry: Entry| {
            if entry.archive.is_none() {
                files.push(File::new(entry.path, entry.bytes, entry.size, entry.whole));
            }
        })?;
        Ok(Self::new(artifact, files))
    }

    /// From files that are already here.
    pub fn new(artifact: Artifact, files: Vec<File>) -> Self {
        let by_path = files
            .iter()
            .enumerate()
            .map(|(at, file)| (file.path.clone(), at))
            .collect();
        Self {
            artifact,
            files,
            by_path,
        }
    }

    /// A file by its path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.by_path.get(path).and_then(|at| self.files.get(*at))
    }
}

fn want(info: &EntryInfo<'_>) -> Want {
    let name = info.path.rsplit('/').next().unwrap_or(info.path);
    let ending = extension(name);
    match ending.as_str() {
        "js" | "cjs" | "mjs" | "jsx" | "ts" | "tsx" | "mts" | "cts" | "py" | "pyw" | "pth"
        | "rb" | "gemspec" | "sh" | "bash" | "zsh" | "ps1" | "psm1" | "bat" | "cmd" | "cs"
        | "rs" => Want::Head(SOURCE),
        "json" | "toml" | "cfg" | "txt" | "md" | "rst" | "yml" | "yaml" | "gyp" | "gypi"
        | "targets" | "props" | "nuspec" | "csproj" | "mdc" => Want::Head(1 << 20),
        "map" | "html" | "css" | "svg" => Want::Head(HEAD),
        _ if matches!(
            name,
            "METADATA" | "PKG-INFO" | "entry_points.txt" | "metadata"
        ) =>
        {
            Want::Head(1 << 20)
        }
        _ => Want::Head(HEAD),
    }
}
