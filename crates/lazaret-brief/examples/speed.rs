//! How long briefs take: many articles on all cores, and pages made to cost time.
//!
//! ```text
//! cargo run --release -p lazaret-brief --example speed -- <folder> [articles]
//! cargo run --release -p lazaret-brief --example speed -- --hostile [bytes]
//! ```
//!
//! The first form makes articles of the usual length (about 20 kB of HTML) by
//! joining those of the folder in turn.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{
    error::Error,
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use lazaret_brief::{Briefer, article::Article, output};
use lazaret_content::Content;

/// Bytes of one article.
const LENGTH: usize = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let what = args
        .next()
        .ok_or("usage: speed <folder>|--hostile [count]")?;
    let count = args
        .next()
        .map(|count| count.parse::<usize>())
        .transpose()?;
    let briefer = Briefer::load(&Content::shipped())?;
    match what.as_str() {
        "--hostile" => hostile(&briefer, count.unwrap_or(1 << 20)),
        folder => many(&briefer, Path::new(folder), count.unwrap_or(1000))?,
    }
    Ok(())
}

fn many(briefer: &Briefer, folder: &Path, count: usize) -> Result<(), Box<dyn Error>> {
    let mut paths: Vec<_> = fs::read_dir(folder)?.flatten().map(|e| e.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "md" || e == "html"));
    paths.sort();
    let mut parts = Vec::new();
    for path in paths {
        let article = Article::read(&fs::read_to_string(path)?);
        let paragraphs = article.text.replace('&', "&amp;").replace('<', "&lt;");
        parts.push(format!("<p>{}</p>", paragraphs.replace('\n', "</p>\n<p>")));
    }
    if parts.is_empty() {
        return Err("no articles in the folder".into());
    }
    let pages: Vec<String> = (0..count)
        .map(|index| {
            let mut page = "<!doctype html><html><body><article>".to_owned();
            let mut part = index;
            while page.len() < LENGTH {
                page.push_str(&parts[part % parts.len()]);
                part += 1;
            }
            page
        })
        .collect();
    let bytes: usize = pages.iter().map(String::len).sum();
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism()?;
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads.get() {
            scope.spawn(|| {
                while let Some(page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let brief = briefer.brief(&Article::read(page));
                    std::hint::black_box(output::markdown(&brief));
                }
            });
        }
    });
    let took = start.elapsed();
    println!(
        "{count} articles, {} kB each, {threads} threads: {:.2} s, {:.1} ms each",
        bytes / count.max(1) / 1000,
        took.as_secs_f64(),
        took.as_secs_f64() * 1000.0 / count.max(1) as f64
    );
    Ok(())
}

fn hostile(briefer: &Briefer, bytes: usize) {
    let unit = [
        ("words", "lorem ipsum dolor "),
        ("addresses", "45.9.148.7 "),
        ("hosts", "a.evil-x.ru "),
        ("defanged", "hxxp://a[.]b[.]ru/x "),
        ("packages", "the npm package foo-bar, "),
        ("one list", "foo-bar, "),
        ("noun", "malicious packages "),
        ("named", "packages named "),
        ("code", "<code>foo-bar</code> package "),
        ("installs", "npm install foo-bar "),
        ("versions", "malicious versions 1.2.3 "),
        ("pinned", "foo@1.2.3, "),
        ("scoped", "@a/b-c "),
        ("attack ids", "T1059.007 "),
        (
            "paragraphs",
            "<p>malicious npm package foo-bar 1.2.3 at 45.9.148.7</p>",
        ),
        ("items", "<li>foo-bar 1.2.3</li>"),
        ("rows", "<tr><td>foo-bar</td><td>1.2.3</td></tr>"),
        ("headings", "<h2>Indicators of compromise</h2>"),
        ("depth", "<div>"),
        ("tables", "<table>"),
        ("links", "<a href=x>a</a> "),
        ("accounts", "npm user foo-bar, "),
        ("files", "drops evil.exe "),
        ("paths", "C:\\a\\b\\c "),
        ("brackets", "[.]("),
        ("quotes", "\"foo-bar\" "),
        ("entities", "&amp;&lt;"),
    ];
    for (name, unit) in unit {
        let mut last = 0.0;
        print!("{name:>12}");
        for size in [bytes / 4, bytes] {
            let page = format!("<html><body><article><p>{}", unit.repeat(size / unit.len()));
            let start = Instant::now();
            let brief = briefer.brief(&Article::read(&page));
            std::hint::black_box(&brief);
            let took = start.elapsed().as_secs_f64();
            print!("  {:>8} kB {took:>8.3} s", size / 1000);
            if last > 0.0 {
                print!("  x{:.1}", took / last);
            }
            last = took;
        }
        println!();
    }
}
