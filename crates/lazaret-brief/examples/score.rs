//! Precision and recall of indicators (all, and of each kind), packages (with
//! their versions, and by their names alone) and techniques on labelled articles.
//!
//! ```text
//! cargo run -p lazaret-brief --example score -- <folder> [--show] [--content <folder>]
//! cargo run -p lazaret-brief --example score -- --sentences <file> [--show]
//! cargo run -p lazaret-brief --example score -- --masked <folder> [--show]
//! ```
//!
//! Beside each article (`x.md`, `x.html`, `x.txt`) stands `x.labels`: a line
//! for each value that is to be found, `<kind> <value>` (`package pkg:npm/a@1`,
//! `domain evil.example.com`). Whatever else is given as an indicator is wrong,
//! but what stands behind a question mark (`? publisher foo`) may be given.
//! Techniques (`technique T1105`) are judged where an article has labels of them.
//!
//! The second form reads lines of techniques, a tab and a sentence:
//! `T1059.001,(T1027)`, where those in brackets may be told but need not, and
//! `-` for none.
//!
//! The third form takes the ATT&CK ids out of each article that gives several, and
//! compares what is told then with the ids: a technique with its parent counts.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

mod labelled;

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use labelled::articles;
use lazaret_brief::{Briefer, article::Article};
use lazaret_content::Content;

#[derive(Default)]
struct Tally {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Tally {
    fn add(&mut self, found: &BTreeSet<String>, wanted: &BTreeSet<String>) {
        self.right += found.intersection(wanted).count();
        self.wrong += found.difference(wanted).count();
        self.missed += wanted.difference(found).count();
    }

    fn print(&self, name: &str) {
        let (right, wrong, missed) = (self.right as f64, self.wrong as f64, self.missed as f64);
        println!(
            "{name}: {right} right, {wrong} wrong, {missed} missed; precision {:.3}, recall {:.3}, F1 {:.3}",
            right / (right + wrong).max(1.0),
            right / (right + missed).max(1.0),
            2.0 * right / (2.0 * right + wrong + missed).max(1.0),
        );
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let mut folder = PathBuf::from(args.next().ok_or("usage: score <folder> [--show]")?);
    let in_sentences = folder.as_os_str() == "--sentences";
    if in_sentences {
        folder = PathBuf::from(args.next().ok_or("--sentences needs a file")?);
    }
    let is_masked = folder.as_os_str() == "--masked";
    if is_masked {
        folder = PathBuf::from(args.next().ok_or("--masked needs a folder")?);
    }
    let mut content = Content::shipped();
    let mut show = false;
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--show" => show = true,
            // Lists to try, in the place of those shipped.
            "--content" => content.overlay(&PathBuf::from(args.next().unwrap_or_default()))?,
            _ => return Err(format!("what is {arg}?").into()),
        }
    }
    let briefer = Briefer::load(&content)?;
    if in_sentences {
        return sentences(&briefer, &fs::read_to_string(&folder)?, show);
    }
    if is_masked {
        return masked(&briefer, &folder, show);
    }
    let [mut indicators, mut packages, mut names, mut techniques] =
        [(); 4].map(|()| Tally::default());
    let mut kinds: BTreeMap<String, Tally> = BTreeMap::new();
    for path in articles(&folder)? {
        let Ok(labels) = fs::read_to_string(path.with_extension("labels")) else {
            continue;
        };
        let (told, wanted): (BTreeSet<String>, BTreeSet<String>) = labels
            .lines()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty() && !line.starts_with(['#', '?']))
            .partition(|line| line.starts_with("technique "));
        let allowed: BTreeSet<&str> = labels
            .lines()
            .filter_map(|line| line.trim().strip_prefix('?'))
            .map(str::trim)
            .collect();
        let brief = briefer.brief(&Article::read(&fs::read_to_string(&path)?));
        let judged = labels.contains("technique ");
        let telling: BTreeSet<String> = brief
            .techniques
            .iter()
            .map(|t| format!("technique {}", t.id))
            .filter(|line| judged && (told.contains(line) || !allowed.contains(line.as_str())))
            .collect();
        techniques.add(&telling, &told);
        let found: BTreeSet<String> = brief
            .indicators
            .iter()
            .map(|f| {
                format!(
                    "{} {}",
                    serde_json::to_value(f.indicator.kind)
                        .ok()
                        .and_then(|v| v.as_str().map(str::to_owned))
                        .unwrap_or_default(),
                    f.indicator.value
                )
            })
            .filter(|line| wanted.contains(line) || !allowed.contains(line.as_str()))
            .collect();
        let split = |all: &BTreeSet<String>, package: bool| -> BTreeSet<String> {
            all.iter()
                .filter(|line| line.starts_with("package ") == package)
                .cloned()
                .collect()
        };
        let kind = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        let named: BTreeSet<String> = found.union(&wanted).map(|line| kind(line)).collect();
        for name in named {
            let of = |all: &BTreeSet<String>| -> BTreeSet<String> {
                all.iter().filter(|l| kind(l) == name).cloned().collect()
            };
            let (found, wanted) = (of(&found), of(&wanted));
            let tally = kinds.entry(name).or_default();
            tally.add(&found, &wanted);
        }
        indicators.add(&split(&found, false), &split(&wanted, false));
        packages.add(&split(&found, true), &split(&wanted, true));
        let known = without_versions(wanted.iter().map(String::as_str));
        let allowed_names = without_versions(allowed.iter().copied());
        let mut found_names = without_versions(split(&found, true).iter().map(String::as_str));
        found_names.retain(|name| known.contains(name) || !allowed_names.contains(name));
        names.add(&found_names, &split(&known, true));
        if show {
            println!(
                "== {} {:?} {}",
                path.display(),
                brief.rating.severity,
                brief.rating.score
            );
            for f in &brief.indicators {
                let kind = serde_json::to_value(f.indicator.kind)?;
                let line = format!(
                    "{} {}",
                    kind.as_str().unwrap_or_default(),
                    f.indicator.value
                );
                if !wanted.contains(&line) && !allowed.contains(line.as_str()) {
                    println!("  wrong  {line}  {}: {}", f.reason, f.sentence);
                }
            }
            for line in wanted.difference(&found) {
                let value = line.split_once(' ').map_or("", |(_, value)| value);
                let reason = brief
                    .mentioned
                    .iter()
                    .find(|f| f.indicator.value == value)
                    .map_or("", |f| f.reason);
                println!("  missed {line}  {reason}");
            }
            for t in &brief.techniques {
                let line = format!("technique {}", t.id);
                let mark = match telling.contains(&line) && !told.contains(&line) {
                    true => "wrong ",
                    false => "",
                };
                println!("  {mark}{} {:?} {:?}", t.id, t.confidence, t.sentences);
            }
            for line in told.difference(&telling) {
                println!("  missed {line}");
            }
        }
    }
    for (kind, tally) in &kinds {
        tally.print(kind);
    }
    techniques.print("techniques");
    indicators.print("indicators");
    packages.print("packages");
    names.print("names");
    Ok(())
}

/// Ids of the shortest report that says which techniques it tells of.
const SEVERAL: usize = 4;

/// Techniques of reports without their ids.
fn masked(briefer: &Briefer, folder: &Path, show: bool) -> Result<(), Box<dyn Error>> {
    let id = regex::Regex::new(r"\bT1\d{3}(?:[./]\d{3})?\b")?;
    let mut all = Tally::default();
    for path in articles(folder)? {
        let text = fs::read_to_string(&path)?;
        let ids = id.find_iter(&text).map(|m| m.as_str().replace('/', "."));
        let wanted: BTreeSet<String> = ids.collect();
        if wanted.len() < SEVERAL {
            continue;
        }
        let told = briefer
            .brief(&Article::read(&id.replace_all(&text, "")))
            .techniques;
        let told: BTreeSet<String> = told.iter().map(|told| told.id.to_string()).collect();
        let within = |id: &String, others: &BTreeSet<String>| {
            let kin =
                |other: &String| other.starts_with(id.as_str()) || id.starts_with(other.as_str());
            others.iter().any(kin)
        };
        let split = |of: &BTreeSet<String>, others| -> (Vec<String>, Vec<String>) {
            of.iter().cloned().partition(|id| within(id, others))
        };
        let ((right, wrong), (_, missed)) = (split(&told, &wanted), split(&wanted, &told));
        all.right += right.len();
        all.wrong += wrong.len();
        all.missed += missed.len();
        if show {
            println!("{}: wrong {wrong:?}, missed {missed:?}", path.display());
        }
    }
    all.print("techniques");
    Ok(())
}

/// The lines without the versions of packages (a scope's `@` is `%40`).
fn without_versions<'a>(lines: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    lines
        .map(|line| line.split('@').next().unwrap_or_default().to_owned())
        .collect()
}

/// Techniques of single sentences, over all and one by one.
fn sentences(briefer: &Briefer, text: &str, show: bool) -> Result<(), Box<dyn Error>> {
    let mut all = Tally::default();
    let mut each: BTreeMap<String, (Tally, BTreeMap<String, usize>)> = BTreeMap::new();
    for line in text.lines() {
        let Some((labels, sentence)) = line.split_once('\t') else {
            continue;
        };
        let labels = || labels.split(',').map(str::trim).filter(|l| *l != "-");
        let wanted: BTreeSet<String> = labels()
            .filter(|l| !l.starts_with('('))
            .map(str::to_owned)
            .collect();
        let allowed: BTreeSet<&str> = labels().map(|l| l.trim_matches(['(', ')'])).collect();
        let found: BTreeSet<String> = briefer
            .techniques()
            .read(&Article::from_text(sentence))
            .into_iter()
            .map(|told| told.id.to_string())
            .filter(|id| wanted.contains(id) || !allowed.contains(id.as_str()))
            .collect();
        all.add(&found, &wanted);
        for id in &wanted {
            let (tally, _) = each.entry(id.clone()).or_default();
            match found.contains(id) {
                true => tally.right += 1,
                false => tally.missed += 1,
            }
        }
        for id in found.difference(&wanted) {
            let (tally, instead) = each.entry(id.clone()).or_default();
            tally.wrong += 1;
            let label = wanted.first().map_or("-", String::as_str);
            *instead.entry(label.to_owned()).or_default() += 1;
        }
        if show && found != wanted {
            println!("{found:?} for {wanted:?}: {sentence}");
        }
    }
    for (id, (tally, instead)) in &each {
        let mut instead: Vec<_> = instead.iter().collect();
        instead.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        instead.truncate(6);
        println!(
            "{id}: {} right, {} wrong, {} missed {instead:?}",
            tally.right, tally.wrong, tally.missed
        );
    }
    all.print("techniques");
    Ok(())
}
