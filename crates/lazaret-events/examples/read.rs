//! Reads logs and prints events as JSON Lines, then the account on stderr:
//! `cargo run --example read -- [--quiet] <file or folder>…`.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::{collections::BTreeMap, path::Path, time::Instant};

use lazaret_events::{ReadOptions, read_folder};

fn main() {
    let mut quiet = false;
    for argument in std::env::args().skip(1) {
        if argument == "--quiet" {
            quiet = true;
            continue;
        }
        let start = Instant::now();
        let mut reader = match read_folder(Path::new(&argument), ReadOptions::default()) {
            Ok(reader) => reader,
            Err(error) => {
                eprintln!("{error}");
                continue;
            }
        };
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        let mut line = String::new();
        let mut events = 0_u64;
        for item in &mut reader {
            match item {
                Ok(event) => {
                    events += 1;
                    if !quiet {
                        line.clear();
                        event.write_json(&mut line);
                        println!("{line}");
                    }
                    let kind = format!("{}/{}", event.table, event.action_type);
                    *kinds.entry(kind).or_default() += 1;
                }
                Err(error) if !quiet => eprintln!("{error}"),
                Err(_) => {}
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        eprintln!("{argument}: {events} events in {seconds:.2} s");
        for (kind, count) in kinds {
            eprintln!("  {count:8} {kind}");
        }
        let mut totals: BTreeMap<String, u64> = BTreeMap::new();
        let (mut unreadable, mut records) = (0, 0);
        for report in reader.reports() {
            unreadable += report.unreadable;
            records += report.records;
            for (kind, count) in &report.skipped {
                *totals.entry(format!("skipped {kind}")).or_default() += count;
            }
            for (format, count) in &report.formats {
                *totals.entry(format!("format {format}")).or_default() += count;
            }
            if quiet {
                for problem in report.problems.iter().take(2) {
                    eprintln!("  {problem}");
                }
            }
        }
        eprintln!("  {records} records, {unreadable} unreadable {totals:?}");
        for error in reader.unread() {
            eprintln!("  {error}");
        }
    }
}
