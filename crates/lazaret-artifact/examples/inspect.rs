//! Reads artifacts and says what was in them: `inspect <file or folder>…`.
#![allow(clippy::print_stdout)]

use std::{error::Error, time::Instant};

use lazaret_artifact::{Limits, Source, Want, read_parallel};

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args_os().skip(1) {
        let start = Instant::now();
        let threads = std::thread::available_parallelism()?.get();
        let (artifact, sizes) = read_parallel(
            &Source::path(&path),
            &Limits::default(),
            threads,
            &|_| Want::Whole,
            |entry| entry.bytes.len(),
        )?;
        println!(
            "{} {:?} {:?} {} root={:?} files={} bytes={} unpacked={} in {:?}",
            artifact.name,
            artifact.format,
            artifact.packaging,
            artifact.package.map(|p| p.purl()).unwrap_or_default(),
            artifact.root,
            sizes.len(),
            sizes.iter().sum::<usize>(),
            artifact.unpacked_bytes,
            start.elapsed(),
        );
        for note in artifact.notes.iter().take(20) {
            println!("  {} {}: {}", note.kind, note.path, note.detail);
        }
    }
    Ok(())
}
