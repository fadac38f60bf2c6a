//! Importing OSV documents from folders, zips, tarballs and bulk downloads.

use lazaret_artifact::{ArtifactError, Limits, Source, Want, read};

use crate::{index::Entry, osv};

/// A source of records that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the records of {name}: {source}")]
pub struct ImportError {
    name: String,
    source: ArtifactError,
}

/// What an import read.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// Documents looked at.
    pub documents: usize,
    /// Entries of malicious packages.
    pub entries: Vec<Entry>,
    /// Documents that speak of weaknesses, not of malice; left out.
    pub vulnerabilities: usize,
    /// Documents that could not be read, with the reason.
    pub bad: Vec<(String, String)>,
    /// Parts of the source that could not be read.
    pub gaps: Vec<String>,
}

/// Reads every `.json` file below `source` (a folder, a zip, a tarball) as an
/// OSV document. One that cannot be read loses no other. `progress` gets the
/// number of documents so far.
///
/// # Errors
/// If the source itself cannot be opened.
pub fn import(source: &Source, progress: &dyn Fn(usize)) -> Result<ImportReport, ImportError> {
    let limits = Limits {
        entries: 5_000_000,
        packed_bytes: 4 << 30,
        unpacked_bytes: 32 << 30,
        entry_bytes: 4 << 20,
        depth: 1,
        ..Limits::default()
    };
    let mut report = ImportReport::default();
    let json = |path: &str| path.ends_with(".json") || !path.contains('/') && !path.contains('.');
    let artifact = read(
        source,
        &limits,
        &|entry| {
            if json(entry.path) {
                Want::Whole
            } else {
                Want::Nothing
            }
        },
        &mut |entry| {
            if !json(&entry.path) || entry.bytes.is_empty() {
                return;
            }
            report.documents += 1;
            progress(report.documents);
            match osv::parse(&entry.bytes) {
                Ok(entries) => {
                    let (malicious, weak): (Vec<_>, Vec<_>) = entries
                        .into_iter()
                        .partition(|entry| entry.record.malicious);
                    report.vulnerabilities += usize::from(malicious.is_empty() && !weak.is_empty());
                    report.entries.extend(malicious);
                }
                Err(error) => report.bad.push((entry.path.clone(), error.to_string())),
            }
        },
    )
    .map_err(|error| ImportError {
        name: match source {
            Source::Path(path) => path.display().to_string(),
            Source::Bytes { name, .. } => name.clone(),
        },
        source: error,
    })?;
    report.gaps = artifact
        .notes
        .iter()
        .filter(|note| note.kind.is_gap())
        .map(|note| format!("{}: {}: {}", note.kind, note.path, note.detail))
        .collect();
    Ok(report)
}
