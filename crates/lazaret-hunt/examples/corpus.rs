//! Reports how much of a folder of hunts parses, plans and runs on empty,
//! schema-true tables.
//!
//! ```text
//! cargo run -p lazaret-hunt --release --example corpus -- <folder>… [--failures <file>] [--limit <n>]
//! ```
//!
//! Failures are told apart: those of the hunt's own text (its syntax, columns
//! and arguments), and those that are ours to cure (an unsupported part, a
//! table or function not known, a limit met, a defect).
//!
//! Hunts are `.kql` and `.spl` files, code fences marked `kql`, `kusto` or
//! `spl` in Markdown, and `query:` or `search:` fields of YAML.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use lazaret_hunt::{Class, Hunt, HuntError, Language, Options};

/// One hunt of the corpus.
struct Sample {
    origin: String,
    language: Language,
    text: String,
}

#[derive(Default)]
struct Tally {
    total: usize,
    parsed: usize,
    planned: usize,
    ran: usize,
    /// Failures that lie in the hunt's own text.
    own: usize,
    classes: BTreeMap<&'static str, usize>,
    failures: BTreeMap<String, usize>,
}

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (mut folders, mut failures, mut limit) = (Vec::new(), None, usize::MAX);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--failures" => failures = args.next(),
            "--limit" => {
                limit = args
                    .next()
                    .and_then(|text| text.parse().ok())
                    .unwrap_or(usize::MAX)
            }
            _ => folders.push(PathBuf::from(arg)),
        }
    }
    if folders.is_empty() {
        eprintln!("usage: corpus <folder>… [--failures <file>] [--limit <n>]");
        return ExitCode::from(2);
    }
    let mut samples = Vec::new();
    for folder in &folders {
        collect(folder, folder, &mut samples);
    }
    samples.truncate(limit);
    let options = Options {
        timeout: Duration::from_secs(30),
        memory: 256 << 20,
        ..Options::default()
    };
    let hunt = match Hunt::new(options) {
        Ok(hunt) => hunt,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let start = Instant::now();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut report = String::new();
    for sample in &samples {
        let name = if sample.language == Language::Kql {
            "KQL"
        } else {
            "SPL"
        };
        let tally = tallies.entry(name).or_default();
        tally.total += 1;
        let parsed = match sample.language {
            Language::Kql => lazaret_hunt::kql::parse(&sample.text).is_ok(),
            Language::Spl => true,
        };
        tally.parsed += usize::from(parsed);
        let began = Instant::now();
        let outcome = hunt
            .check(sample.language, &sample.text)
            .map(|_| ())
            .inspect(|()| tally.planned += 1);
        let outcome = outcome.and_then(|()| hunt.run(sample.language, &sample.text).map(|_| ()));
        if began.elapsed() > Duration::from_secs(5) {
            eprintln!("{:.1} s: {}", began.elapsed().as_secs_f64(), sample.origin);
        }
        match outcome {
            Ok(()) => tally.ran += 1,
            Err(error) => {
                let key = key_of(&error);
                *tally.failures.entry(key).or_default() += 1;
                let own = matches!(
                    error.class(),
                    Class::Syntax | Class::UnknownColumn | Class::Arguments | Class::Type
                );
                tally.own += usize::from(own);
                *tally.classes.entry(error.class().name()).or_default() += 1;
                let message = match &error {
                    HuntError::Hunt(list) => list
                        .iter()
                        .map(|one| one.render(&sample.text))
                        .collect::<Vec<_>>()
                        .join("\n    "),
                    other => other.to_string(),
                };
                let _ = writeln!(report, "{}\n    {message}", sample.origin);
            }
        }
    }
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    for (name, tally) in &tallies {
        println!(
            "{name}: {} hunts; parsed {:.1} %, planned {:.1} %, ran {:.1} %",
            tally.total,
            share(tally.parsed, tally.total),
            share(tally.planned, tally.total),
            share(tally.ran, tally.total),
        );
        println!(
            "  without the {} that fail by their own text: ran {:.1} %",
            tally.own,
            share(tally.ran, tally.total - tally.own),
        );
        for (class, count) in &tally.classes {
            println!("  {count:5}  {class}");
        }
        println!("  by message:");
        let mut failures: Vec<_> = tally.failures.iter().collect();
        failures.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (key, count) in failures.into_iter().take(60) {
            println!("  {count:5}  {key}");
        }
    }
    println!("{:.1} s", start.elapsed().as_secs_f64());
    if let Some(path) = failures
        && let Err(error) = fs::write(&path, report)
    {
        eprintln!("{path}: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The class and the start of the message, without its names.
fn key_of(error: &HuntError) -> String {
    let message: String = error
        .to_string()
        .lines()
        .next()
        .unwrap_or("")
        .chars()
        .take(110)
        .collect();
    match error {
        HuntError::Hunt(_) => message,
        other => format!("{}: {message}", other.class().name()),
    }
}

fn collect(root: &Path, folder: &Path, samples: &mut Vec<Sample>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() {
            collect(root, &path, samples);
            continue;
        }
        let Ok(bytes) = fs::read(&path) else { continue };
        let text = String::from_utf8_lossy(&bytes).replace('\r', "");
        let origin = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .display()
            .to_string();
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or("")
            .to_ascii_lowercase();
        let mut push = |index: usize, language: Language, text: String| {
            let parts = match language {
                Language::Kql => lazaret_hunt::kql::split(&text),
                Language::Spl => std::iter::once(0..text.len()).collect(),
            };
            for (part, range) in parts.into_iter().enumerate() {
                let text = text.get(range).unwrap_or("").to_owned();
                let bare: String = text
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .collect();
                if !bare.trim().is_empty() {
                    samples.push(Sample {
                        origin: format!("{origin}#{index}.{part}"),
                        language,
                        text,
                    });
                }
            }
        };
        match ending.as_str() {
            "kql" | "kusto" | "csl" => push(1, Language::Kql, text),
            "txt" if text.contains("\n|") => push(1, Language::Kql, text),
            "spl" => push(1, Language::Spl, text),
            "md" => {
                for (index, (language, text)) in fences(&text).into_iter().enumerate() {
                    push(index + 1, language, text);
                }
            }
            "yaml" | "yml" => {
                for (index, (language, text)) in fields(&text).into_iter().enumerate() {
                    push(index + 1, language, text);
                }
            }
            _ => {}
        }
    }
}

fn fences(text: &str) -> Vec<(Language, String)> {
    let mut found = Vec::new();
    let mut open: Option<(Option<Language>, String)> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        match (&mut open, trimmed.strip_prefix("```")) {
            (None, Some(info)) => {
                let language = match info.trim().to_ascii_lowercase().as_str() {
                    "kql" | "kusto" => Some(Language::Kql),
                    "spl" | "splunk" => Some(Language::Spl),
                    _ => None,
                };
                open = Some((language, String::new()));
            }
            (Some(_), Some("")) => {
                if let Some((Some(language), body)) = open.take() {
                    found.push((language, body));
                }
                open = None;
            }
            (Some((_, body)), _) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

/// `query: |` and `search:` blocks, by their indentation.
fn fields(text: &str) -> Vec<(Language, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let (language, rest) = match line.trim_start().split_once(':') {
            Some(("query", rest)) => (Language::Kql, rest.trim()),
            Some(("search", rest)) => (Language::Spl, rest.trim()),
            _ => continue,
        };
        let folded = rest.starts_with('>') || !rest.starts_with('|');
        let mut body: Vec<String> = Vec::new();
        if !matches!(rest, "|" | "|-" | "|+" | ">" | ">-" | ">+") {
            body.push(rest.to_owned());
        }
        while let Some(next) = lines.peek() {
            let deeper = next.len() - next.trim_start().len() > indent;
            if !next.trim().is_empty() && !deeper {
                break;
            }
            body.push(next.trim().to_owned());
            lines.next();
        }
        let mut text = body.join(if folded { " " } else { "\n" });
        let quoted = text.len() > 1
            && ((text.starts_with('\'') && text.ends_with('\''))
                || (text.starts_with('"') && text.ends_with('"')));
        if quoted {
            let single = text.starts_with('\'');
            text = text.get(1..text.len() - 1).unwrap_or("").to_owned();
            text = if single {
                text.replace("''", "'")
            } else {
                text.replace("\\\"", "\"").replace("\\\\", "\\")
            };
        }
        found.push((language, text));
    }
    found
}
