//! All logs of a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
    vec,
};

use super::{OpenError, ReadOptions, ReadReport, Reader, RecordError, open_with};
use crate::event::Event;

/// Folders below a folder, at most.
const DEPTH: usize = 32;

/// Reads the logs of a folder one after another, in the order of their paths.
pub struct FolderReader {
    files: vec::IntoIter<PathBuf>,
    current: Option<Reader>,
    options: ReadOptions,
    reports: Vec<ReadReport>,
    unread: Vec<OpenError>,
}

/// Reads every file below `path`; a file is read as itself. Links are not
/// followed. Files that no reader knows are told by
/// [`FolderReader::unread`].
///
/// # Errors
/// When the folder cannot be listed.
pub fn read_folder(path: &Path, options: ReadOptions) -> Result<FolderReader, OpenError> {
    let mut files = Vec::new();
    let list = if path.is_dir() {
        collect(path, DEPTH, &mut files)
    } else {
        files.push(path.to_owned());
        Ok(())
    };
    list.map_err(|source| OpenError::Io {
        path: path.display().to_string(),
        source,
    })?;
    files.sort();
    Ok(FolderReader {
        files: files.into_iter(),
        current: None,
        options,
        reports: Vec::new(),
        unread: Vec::new(),
    })
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_file() {
            files.push(entry.path());
        } else if kind.is_dir() && depth > 0 {
            collect(&entry.path(), depth - 1, files)?;
        }
    }
    Ok(())
}

impl FolderReader {
    /// The accounts of the files read so far.
    pub fn reports(&self) -> impl Iterator<Item = &ReadReport> {
        self.reports
            .iter()
            .chain(self.current.as_ref().map(Reader::report))
    }

    /// The files that could not be opened or that no reader knows.
    pub fn unread(&self) -> &[OpenError] {
        &self.unread
    }
}

impl Iterator for FolderReader {
    type Item = Result<Box<Event>, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(reader) = &mut self.current {
                if let Some(item) = reader.next() {
                    return Some(item);
                }
                self.reports.push(reader.report().clone());
                self.current = None;
            }
            match open_with(&self.files.next()?, self.options.clone()) {
                Ok(reader) => self.current = Some(reader),
                Err(error) => self.unread.push(error),
            }
        }
    }
}
