//! The files of a package and what they are.

use bytes::Bytes;
use lazaret_code::ir::Language;
use lazaret_model::Phase;
use lazaret_rule::{FieldValue, Fields};

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A Linux program or library.
    Elf,
    /// A Windows program or library.
    Pe,
    /// A macOS program or library.
    MachO,
    /// WebAssembly.
    Wasm,
    /// Python or Java byte code.
    Bytecode,
    /// A picture.
    Image,
    /// Anything else that is not text.
    Binary,
}

impl Kind {
    /// From the first bytes.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x7f, b'E', b'L', b'F', ..] => Self::Elf,
            // The offset of the PE header must lie in a sane place.
            [b'M', b'Z', ..] if bytes.len() > 64 && is_pe(bytes) => Self::Pe,
            [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..] | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] => {
                Self::MachO
            }
            [0, b'a', b's', b'm', ..] => Self::Wasm,
            [0xca, 0xfe, 0xba, 0xbe, _, _, _, minor, ..] => {
                if *minor < 40 {
                    Self::MachO
                } else {
                    Self::Bytecode
                }
            }
            [_, _, b'\r', b'\n', 0, ..] => Self::Bytecode,
            [0x89, b'P', b'N', b'G', ..]
            | [0xff, 0xd8, 0xff, ..]
            | [b'G', b'I', b'F', b'8', ..] => Self::Image,
            _ => {
                let head = bytes.get(..2048).unwrap_or(bytes);
                if head.contains(&0) {
                    Self::Binary
                } else {
                    Self::Text
                }
            }
        }
    }

    /// Its name in rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Elf => "elf",
            Self::Pe => "pe",
            Self::MachO => "macho",
            Self::Wasm => "wasm",
            Self::Bytecode => "bytecode",
            Self::Image => "image",
            Self::Binary => "binary",
        }
    }
}

fn is_pe(bytes: &[u8]) -> bool {
    let at = bytes
        .get(60..64)
        .and_then(|at| at.try_into().ok())
        .map_or(0, u32::from_le_bytes) as usize;
    bytes
        .get(at..at.saturating_add(2))
        .map_or(at > bytes.len() && at < 4096, |mark| mark == b"PE")
}

/// A file of a package.
#[derive(Clone, Debug)]
pub struct File {
    /// Path in the package.
    pub path: String,
    /// Its bytes, or their head where it is a large binary.
    pub bytes: Bytes,
    /// Whether `bytes` is all of it.
    pub whole: bool,
    /// Size in bytes.
    pub size: u64,
    /// What it is.
    pub kind: Kind,
    /// Its language, where it is source code.
    pub language: Option<Language>,
    /// Whether it is a test, a document, an example: shipped, hardly ever run.
    pub aside: bool,
}

impl File {
    /// A file from its path and bytes.
    pub fn new(path: String, bytes: Bytes, size: u64, whole: bool) -> Self {
        let kind = Kind::of(&bytes);
        let language = (kind == Kind::Text)
            .then(|| language(&path, &bytes))
            .flatten();
        let aside = is_aside(&path);
        Self {
            path,
            bytes,
            whole,
            size,
            kind,
            language,
            aside,
        }
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Its ending without the dot, in lower case.
    pub fn extension(&self) -> String {
        extension(self.name())
    }
}

pub(crate) fn extension(name: &str) -> String {
    name.rsplit_once('.')
        .map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase())
}

/// The language of a source file, by name, then by its `#!` line.
pub(crate) fn language(path: &str, bytes: &[u8]) -> Option<Language> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.ends_with(".d.ts") || name.ends_with(".d.mts") || name.ends_with(".d.cts") {
        return None;
    }
    Some(match extension(name).as_str() {
        "js" | "cjs" | "mjs" | "jsx" | "ts" | "tsx" | "mts" | "cts" => Language::JavaScript,
        "py" | "pyw" | "pth" => Language::Python,
        "rb" | "gemspec" | "rake" => Language::Ruby,
        "sh" | "bash" | "zsh" => Language::Shell,
        "ps1" | "psm1" => Language::PowerShell,
        "bat" | "cmd" => Language::Batch,
        "cs" => Language::CSharp,
        "rs" => Language::Rust,
        _ if name == "Rakefile" || name == "Gemfile" => Language::Ruby,
        _ => {
            let line = bytes.strip_prefix(b"#!")?.split(|b| *b == b'\n').next()?;
            let line = String::from_utf8_lossy(line.get(..200).unwrap_or(line)).into_owned();
            let programs = [
                ("node", Language::JavaScript),
                ("python", Language::Python),
                ("ruby", Language::Ruby),
                ("pwsh", Language::PowerShell),
                ("sh", Language::Shell),
            ];
            programs.iter().find(|(name, _)| line.contains(name))?.1
        }
    })
}

fn is_aside(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let mut folders = lower.split('/').rev().skip(1);
    let file = lower.rsplit('/').next().unwrap_or(&lower);
    folders.any(|folder| {
        matches!(
            folder,
            "test"
                | "tests"
                | "__tests__"
                | "testing"
                | "spec"
                | "specs"
                | "doc"
                | "docs"
                | "example"
                | "examples"
                | "benchmark"
                | "benchmarks"
                | "fixtures"
                | "demo"
                | "demos"
                | "_vendor"
                // What builds, checks and publishes the project itself.
                | "ci"
                | ".ci"
                | ".github"
                | ".gitlab"
                | ".circleci"
                | "cloudbuild"
                | "third_party"
                | "thirdparty"
                | "vendored"
                | "vendored-meson"
        )
    }) || lower.starts_with("example") && lower.contains('/')
        || lower.contains("/example_")
        || lower.contains("/_test")
        || file.starts_with("test_")
        || file.contains(".test.")
        || file.contains(".spec.")
        || file == "conftest.py"
}

/// A file as rules see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileView<'a> {
    pub file: &'a File,
    pub traits: &'a [String],
    pub phase: Option<Phase>,
}

impl Fields for FileView<'_> {
    fn get(&self, field: &str) -> Option<FieldValue<'_>> {
        Some(match field {
            "path" => self.file.path.as_str().into(),
            "name" => self.file.name().into(),
            "extension" => self.file.extension().into(),
            "size" => (self.file.size as f64).into(),
            "kind" => self.file.kind.name().into(),
            "aside" => self.file.aside.into(),
            "language" => crate::behaviour::language_name(self.file.language?).into(),
            "phase" => crate::behaviour::phase_name(self.phase?).into(),
            "traits" => FieldValue::List(self.traits.iter().map(|t| t.as_str().into()).collect()),
            "text" => {
                if self.file.kind != Kind::Text {
                    return None;
                }
                FieldValue::Text(String::from_utf8_lossy(&self.file.bytes))
            }
            "entropy" => lazaret_rule::entropy(&self.file.bytes).into(),
            _ => return None,
        })
    }
}
