//! Throughput of Python: the prefilter, and parsing with interpretation.
#![allow(clippy::unwrap_used, reason = "a benchmark may fail")]

use std::sync::LazyLock;

use divan::{Bencher, counter::BytesCount};
use lazaret_code::{Catalogue, Limits, NoModules, Source, analyse, ir::Language};
use lazaret_content::Content;
use lazaret_model::Phase;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::load(&Content::shipped()).unwrap());

/// Ordinary code: classes, loops, open conditions, no decoders.
fn ordinary() -> String {
    let class = r##"
class Reader{n}(Base):
    """Reads one file."""
    def __init__(self, path, mode="r", **options):
        self.path = path
        self.options = {"mode": mode, **options}

    def lines(self):
        out = []
        with open(self.path) as f:
            for i, line in enumerate(f):
                if line.startswith("#") and self.options.get("comments"):
                    continue
                out.append("%s:%d %s" % (self.path, i, line.strip()))
        return out
"##;
    (0..200)
        .map(|n| class.replace("{n}", &n.to_string()))
        .collect()
}

fn main() {
    divan::main();
}

#[divan::bench]
fn worth_parsing(bencher: Bencher<'_, '_>) {
    let text = ordinary();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| CATALOGUE.worth_parsing(Language::Python, text.as_bytes()));
}

#[divan::bench]
fn ordinary_code(bencher: Bencher<'_, '_>) {
    run(bencher, &ordinary());
}

#[divan::bench]
fn decoder_loop(bencher: Bencher<'_, '_>) {
    let data: Vec<String> = (0..20_000).map(|i| (i % 251).to_string()).collect();
    let text = format!(
        "out = ''\nfor i, c in enumerate([{}]):\n    out += chr(c ^ (i % 7))\n",
        data.join(",")
    );
    run(bencher, &text);
}

fn run(bencher: Bencher<'_, '_>, text: &str) {
    let source = Source {
        path: "a.py",
        text: text.as_bytes(),
        language: Language::Python,
        phase: Phase::Import,
    };
    bencher
        .counter(BytesCount::of_str(text))
        .bench(|| analyse(&source, &NoModules, &CATALOGUE, &Limits::default()));
}
