//! Recall on labelled malware and false alarms on good packages.
//!
//! ```text
//! packages malware <bare git repository of name/version/file archives>
//! packages quiet <folder of archives>
//! ```
//!
//! Of the malware only names whose SHA-256 ends in an even hexadecimal digit
//! are looked at: the others are held back. Archives are read in memory only.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use lazaret_artifact::Source;
use lazaret_content::Content;
use lazaret_model::Verdict;
use lazaret_scan::{NoIntel, PackageFiles, Scanner};
use sha2::Digest as _;

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    let args: Vec<String> = std::env::args().collect();
    let mut content = Content::shipped();
    if let Some(folder) = std::env::var_os("LAZARET_CONTENT") {
        content.overlay(Path::new(&folder))?;
    }
    let scanner = Scanner::new(&content)?;
    // Every n-th only, for a quick look.
    let step: usize = std::env::var("STEP")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    match args.get(1..).unwrap_or_default() {
        [mode, place] if mode == "malware" => malware(&scanner, Path::new(place), step),
        [mode, place] if mode == "quiet" => quiet(&scanner, Path::new(place), step),
        [mode, place] if mode == "show" => show(&scanner, Path::new(place)),
        _ => Err("usage: packages malware <repository> | quiet <folder> | show <archive>".into()),
    }
}

fn scan(
    scanner: &Scanner,
    name: &str,
    bytes: Vec<u8>,
) -> Result<(lazaret_scan::Scan, String, bool), Error> {
    let package = PackageFiles::read(&Source::bytes(name, bytes), &scanner.artifact_limits)?;
    let cluster = cluster(&package);
    let has_code = package
        .files
        .iter()
        .any(|file| file.language.is_some() && file.size > 40);
    Ok((scanner.scan_files(&package, &NoIntel), cluster, has_code))
}

/// A name for everything that is the same but for names, numbers and strings:
/// the code of `setup.py` and of the package, without literals.
fn cluster(package: &PackageFiles) -> String {
    let mut texts: Vec<String> = package
        .files
        .iter()
        .filter(|file| file.language.is_some() && !file.aside)
        .map(|file| skeleton(&String::from_utf8_lossy(&file.bytes)))
        .collect();
    texts.sort();
    let digest = sha2::Sha256::digest(texts.join("\n"));
    digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn skeleton(text: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(q) if c == q || c == '\n' => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() || c.is_ascii_digit() => {}
            None => out.push(c),
        }
    }
    out
}

fn malware(scanner: &Scanner, repository: &Path, step: usize) -> Result<(), Error> {
    let list = Command::new("git")
        .args([
            "-C",
            &repository.to_string_lossy(),
            "ls-tree",
            "-r",
            "-z",
            "HEAD",
        ])
        .output()?;
    let listing = String::from_utf8_lossy(&list.stdout).into_owned();
    let mut blobs = Vec::new();
    for line in listing.split('\0') {
        let Some((meta, path)) = line.split_once('\t') else {
            continue;
        };
        let name = path.split('/').next().unwrap_or(path);
        let digest = sha2::Sha256::digest(name.as_bytes());
        let even = digest.last().is_some_and(|byte| byte % 2 == 0);
        if even && path.matches('/').count() == 2 {
            blobs.push((
                meta.split(' ').nth(2).unwrap_or_default().to_owned(),
                path.to_owned(),
            ));
        }
    }
    let mut git = Command::new("git")
        .args(["-C", &repository.to_string_lossy(), "cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = git.stdin.take().ok_or("no stdin")?;
    let mut output = BufReader::new(git.stdout.take().ok_or("no stdout")?);
    let mut clusters: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut total, mut found, mut blocked, mut empty) = (0, 0, 0, 0);
    let mut absent = 0;
    let start = Instant::now();
    for (id, path) in blobs.iter().step_by(step) {
        writeln!(input, "{id}")?;
        input.flush()?;
        let mut header = String::new();
        output.read_line(&mut header)?;
        let size: usize = header
            .split_whitespace()
            .nth(2)
            .and_then(|size| size.parse().ok())
            .unwrap_or(usize::MAX);
        // The largest files of a snapshot may be listed and absent.
        if size == usize::MAX {
            absent += 1;
            println!("absent\t{path}");
            continue;
        }
        let mut bytes = vec![0; size + 1];
        output.read_exact(&mut bytes)?;
        bytes.truncate(size);
        let began = Instant::now();
        let (scan, cluster, has_code) = scan(scanner, path, bytes)?;
        let took = began.elapsed().as_millis();
        total += 1;
        let hit = scan.assessment.verdict > Verdict::Allow;
        found += usize::from(hit);
        blocked += usize::from(scan.assessment.verdict == Verdict::Block);
        empty += usize::from(!hit && !has_code);
        let entry = clusters.entry(cluster.clone()).or_default();
        entry.0 += 1;
        entry.1 += usize::from(hit);
        if !hit || took > 2000 {
            let rules: Vec<&str> = scan.assessment.active().map(|f| f.rule.as_str()).collect();
            println!(
                "{}\t{path}\t{cluster}\t{:.0}\tcode={has_code}\tbehaviours={}\t{took}ms\t{}",
                if hit { "slow" } else { "miss" },
                scan.score,
                scan.analysis.behaviours.len(),
                rules.join(",")
            );
        }
    }
    let caught = clusters.values().filter(|(_, hits)| *hits > 0).count();
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    println!(
        "samples {total}: {found} not allow ({:.2} %), {blocked} block; {empty} of the misses have no code; \
         {absent} listed and absent",
        share(found, total)
    );
    println!(
        "clusters {}: {caught} not allow ({:.2} %); {:.1} s",
        clusters.len(),
        share(caught, clusters.len()),
        start.elapsed().as_secs_f64()
    );
    drop(input);
    git.wait()?;
    Ok(())
}

fn quiet(scanner: &Scanner, folder: &Path, step: usize) -> Result<(), Error> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    let (mut total, mut alarms) = (0, 0);
    let start = Instant::now();
    for path in paths.iter().step_by(step) {
        let began = Instant::now();
        let Ok((scan, _, _)) = scan(scanner, &path.to_string_lossy(), std::fs::read(path)?) else {
            continue;
        };
        if scan.assessment.package.is_none() {
            continue;
        }
        let took = began.elapsed().as_millis();
        total += 1;
        let alarm = scan.assessment.verdict > Verdict::Allow;
        alarms += usize::from(alarm);
        if alarm || took > 3000 {
            let name = scan
                .assessment
                .package
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            let kind = if alarm {
                scan.assessment.verdict.to_string()
            } else {
                "slow".to_owned()
            };
            println!(
                "{kind}\t{name}\t{:.0}\t{took}ms\t{}",
                scan.score,
                path.display()
            );
            for finding in scan.assessment.active().take(6) {
                let message: String = finding.message.chars().take(160).collect();
                let place = finding.evidence.iter().find_map(|e| match e {
                    lazaret_model::Evidence::Behaviour { behaviour, .. } => Some(format!(
                        "{}:{}",
                        behaviour.location.path, behaviour.location.line
                    )),
                    _ => None,
                });
                println!(
                    "    {} {message} [{}]",
                    finding.rule,
                    place.unwrap_or_default()
                );
            }
        }
    }
    println!(
        "quiet {total}: {alarms} not allow ({:.2} %); {:.1} s",
        100.0 * alarms as f64 / f64::max(total as f64, 1.0),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// All behaviours and findings of one archive, or of `repository:path` in git.
fn show(scanner: &Scanner, path: &Path) -> Result<(), Error> {
    let text = path.to_string_lossy();
    let scan = match text.split_once(":") {
        Some((repository, path)) => {
            let out = Command::new("git")
                .args([
                    "-C",
                    repository,
                    "cat-file",
                    "blob",
                    &format!("HEAD:{path}"),
                ])
                .output()?;
            scan(scanner, path, out.stdout)?.0
        }
        None => scanner.scan(&Source::path(path), &NoIntel)?,
    };
    for b in &scan.analysis.behaviours {
        let target: String = b.target.chars().take(150).collect();
        println!(
            "{:?} {:?} {:?} {target:?} flows={:?} tags={:?} layers={:?} api={} {}:{}",
            b.phase,
            b.action,
            b.object,
            b.flows,
            b.tags,
            b.layers,
            b.api,
            b.location.path,
            b.location.line
        );
    }
    for (path, traits) in scan
        .analysis
        .traits
        .iter()
        .filter(|(_, traits)| !traits.is_empty())
    {
        println!("traits {path}: {traits:?}");
    }
    for finding in &scan.assessment.findings {
        println!(
            "finding {} {:?}/{:?}: {}",
            finding.rule, finding.severity, finding.confidence, finding.message
        );
    }
    println!(
        "{} {:.1} problems={:?}",
        scan.assessment.verdict,
        scan.score,
        scan.assessment.problems.len()
    );
    Ok(())
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), out)?;
        } else {
            out.push(entry.path());
        }
    }
    Ok(())
}
