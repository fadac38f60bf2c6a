//! Runs the analytics over logs and says what was found and how fast:
//! `measure [--content FOLDER] [--sigma FOLDER]… [--each] [--quiet] LOG…`.
//! With `--each` every log is a run of its own.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::{error::Error, path::PathBuf, sync::Arc, time::Instant};

use lazaret_content::Content;
use lazaret_detect::{AnalyticSet, Detector, Elements, Options, order::Ordered};
use lazaret_events::ReadOptions;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut logs, mut sigma, mut folders) = (Vec::new(), Vec::new(), Vec::new());
    let (mut each, mut quiet) = (false, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--each" => each = true,
            "--quiet" => quiet = true,
            "--sigma" => sigma.extend(arguments.next()),
            "--content" => folders.extend(arguments.next().map(PathBuf::from)),
            _ => logs.push(PathBuf::from(argument)),
        }
    }
    let mut content = Content::shipped();
    for folder in &folders {
        content.overlay(folder)?;
    }
    let runs: Vec<&[PathBuf]> = match each {
        true => logs.chunks(1).collect(),
        false => vec![&logs],
    };
    let start = Instant::now();
    let mut set = AnalyticSet::load(&content, &Elements::default())?;
    for path in &sigma {
        let report = set.add_sigma(path.as_ref())?;
        eprintln!("{path}: {} rules of {} files", report.loaded, report.files);
    }
    let set = Arc::new(set);
    eprintln!("loaded in {:.0?}", start.elapsed());
    for run in runs {
        let start = Instant::now();
        let mut detector = Detector::with(Arc::clone(&set), &content, &Options::default())?;
        let events = Ordered::open(run, ReadOptions::default())?;
        let events = events.read_ahead(|event| detector.push(event));
        detector.finish();
        let took = start.elapsed();
        let records: u64 = events.reports().iter().map(|r| r.records).sum();
        let unreadable: u64 = events.reports().iter().map(|r| r.unreadable).sum();
        let (alerts, tracker, counts) = detector.into_alerts();
        let names: Vec<_> = run.iter().map(|p| p.display().to_string()).collect();
        let name = names.join(" ");
        for alert in alerts.iter().filter(|a| a.suppressed.is_none() && !quiet) {
            let techniques: Vec<_> = alert.techniques.iter().map(ToString::to_string).collect();
            let message: String = alert.message().chars().take(220).collect();
            println!(
                "{name}\t{}\t{}\t{:?}\t{message}",
                alert.analytic,
                techniques.join(","),
                alert.severity
            );
            for process in &alert.processes {
                println!("\t\t< {} {}", process.image, process.command_line);
            }
            for event in alert.evidence.iter().take(4) {
                println!("\t\t{}", event.line.chars().take(300).collect::<String>());
            }
        }
        eprintln!(
            "{name}: {records} records ({unreadable} unreadable), {} events in {took:.2?}: {:.0} events/s; {} installations, {} alerts, {} suppressed",
            counts.events,
            counts.events as f64 / took.as_secs_f64(),
            tracker.installations().len(),
            counts.alerts,
            counts.suppressed,
        );
    }
    Ok(())
}
