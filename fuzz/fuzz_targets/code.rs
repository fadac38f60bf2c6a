//! Source code of every language: no text may panic, hang or overflow. The
//! first byte chooses the language.
#![no_main]

use std::sync::LazyLock;

use lazaret_code::{Catalogue, Limits, NoModules, Source, analyse, ir::Language};
use lazaret_content::Content;
use lazaret_model::Phase;
use libfuzzer_sys::fuzz_target;

const LANGUAGES: &[(Language, &str)] = &[
    (Language::JavaScript, "a.js"),
    (Language::JavaScript, "a.tsx"),
    (Language::Python, "a.py"),
    (Language::Ruby, "a.rb"),
    (Language::Shell, "a.sh"),
    (Language::PowerShell, "a.ps1"),
    (Language::Batch, "a.bat"),
    (Language::CSharp, "a.cs"),
    (Language::Rust, "a.rs"),
];

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::load(&Content::shipped()).expect("the shipped catalogue"));

fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else {
        return;
    };
    let (language, path) = LANGUAGES[usize::from(*first) % LANGUAGES.len()];
    let source = Source {
        path,
        text,
        language,
        phase: Phase::Import,
    };
    let limits = Limits {
        steps: 20_000,
        ..Limits::default()
    };
    let _ = analyse(&source, &NoModules, &CATALOGUE, &limits);
});
