//! Lockfiles and manifests: which packages a project uses.
//!
//! One format is one file here. Whatever is not fully understood becomes a
//! [`Problem`] with its line: silence would look like safety.

mod bun;
mod cargo;
mod go;
mod lines;
mod npm;
mod nuget;
mod pnpm;
mod python;
mod requirements;
mod ruby;
mod yarn;

use std::path::{Path, PathBuf};

use lazaret_model::{Ecosystem, Package};
use serde::{Deserialize, Serialize};

/// Largest lockfile that is read.
const FILE_BYTES: u64 = 128 << 20;

/// Which format a file is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LockFormat {
    /// `package-lock.json`, `npm-shrinkwrap.json`.
    PackageLock,
    /// `yarn.lock`, version 1 and Berry.
    Yarn,
    /// `pnpm-lock.yaml`.
    Pnpm,
    /// `bun.lock`.
    Bun,
    /// `requirements.txt` and its like.
    Requirements,
    /// `Pipfile.lock`.
    Pipfile,
    /// `poetry.lock`.
    Poetry,
    /// `uv.lock`.
    Uv,
    /// `pdm.lock`.
    Pdm,
    /// `pylock.toml` (PEP 751).
    Pylock,
    /// `Cargo.lock`.
    Cargo,
    /// `Gemfile.lock`.
    Gemfile,
    /// `packages.lock.json`.
    Nuget,
    /// `go.sum`.
    GoSum,
    /// `package.json`.
    PackageJson,
    /// `pyproject.toml`.
    Pyproject,
    /// `Cargo.toml`.
    CargoToml,
}

impl LockFormat {
    /// By the file name, as the tools themselves look for it.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        Some(match name {
            "package-lock.json" | "npm-shrinkwrap.json" | ".package-lock.json" => Self::PackageLock,
            "yarn.lock" => Self::Yarn,
            "pnpm-lock.yaml" => Self::Pnpm,
            "bun.lock" => Self::Bun,
            "Pipfile.lock" => Self::Pipfile,
            "poetry.lock" => Self::Poetry,
            "uv.lock" => Self::Uv,
            "pdm.lock" => Self::Pdm,
            "Cargo.lock" => Self::Cargo,
            "Gemfile.lock" | "gems.locked" => Self::Gemfile,
            "packages.lock.json" => Self::Nuget,
            "go.sum" => Self::GoSum,
            "package.json" => Self::PackageJson,
            "pyproject.toml" => Self::Pyproject,
            "Cargo.toml" => Self::CargoToml,
            _ if name.starts_with("pylock.") && name.ends_with(".toml") => Self::Pylock,
            _ if name.contains("requirements")
                && (name.ends_with(".txt") || name.ends_with(".in")) =>
            {
                Self::Requirements
            }
            _ => return None,
        })
    }

    /// Whether it gives ranges and not what they were resolved to.
    pub fn is_manifest(self) -> bool {
        matches!(self, Self::PackageJson | Self::Pyproject | Self::CargoToml)
    }
}

/// Where a locked package is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A registry.
    Registry,
    /// A version-control repository.
    Git,
    /// A direct download.
    Url,
    /// A file or folder of the project.
    Path,
}

/// A package that a lockfile or manifest names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Locked {
    /// The package; without a version where only a range is given.
    pub package: Package,
    /// The range, where it was not resolved to one version.
    pub range: Option<String>,
    /// Where it is downloaded from, as written.
    pub resolved: Option<String>,
    /// Hashes of what may be downloaded, as written: SRI (`sha512-…`),
    /// `sha256:…`, `h1:…`.
    pub integrity: Vec<String>,
    /// Where it is taken from.
    pub source: SourceKind,
    /// Whether it is for development only.
    pub dev: bool,
    /// Its line, from 1; 0 where it cannot be told.
    pub line: u32,
}

/// What kind of problem. The serialised names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// The file is not in the format that its name says.
    LockfileSyntax,
    /// A version of the format that is not known.
    LockfileVersion,
    /// An entry that is not understood.
    LockfileEntry,
    /// A dependency that is not pinned to one version.
    UnresolvedRange,
    /// An included file that cannot be read.
    UnreadableInclude,
    /// The name is of no known format.
    UnsupportedLockfile,
    /// The file is too large or cannot be read.
    UnreadableLockfile,
}

/// Something that was not, or only half, understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// Which file: an included one may differ from the lockfile.
    pub file: String,
    /// Line from 1; 0 where there is none.
    pub line: u32,
    /// The facts, in one sentence.
    pub detail: String,
}

/// A lockfile or manifest, read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lockfile {
    /// The file.
    pub file: String,
    /// Its format; `None` if it is of none that is known.
    pub format: Option<LockFormat>,
    /// The packages in file order.
    pub packages: Vec<Locked>,
    /// What was not understood. Empty means that everything was.
    pub problems: Vec<Problem>,
}

/// Reads a lockfile or manifest with the files that it includes.
pub fn read_lockfile(path: &Path) -> Lockfile {
    let format = LockFormat::of(path);
    let mut out = Collector::new(path.display().to_string(), format);
    let Some(format) = format else {
        out.problem(
            ProblemKind::UnsupportedLockfile,
            0,
            "no lockfile or manifest that is known goes by this name",
        );
        return out.lockfile;
    };
    match read_text(path) {
        Ok(text) => parse_into(format, &text, &mut out, Some(path)),
        Err(error) => out.problem(ProblemKind::UnreadableLockfile, 0, error.to_string()),
    }
    out.lockfile
}

/// Parses the text of a lockfile or manifest. Files that it includes are
/// reported as not read.
pub fn parse_lockfile(format: LockFormat, file: &str, text: &str) -> Lockfile {
    let mut out = Collector::new(file.to_owned(), Some(format));
    parse_into(format, text, &mut out, None);
    out.lockfile
}

fn parse_into(format: LockFormat, text: &str, out: &mut Collector, path: Option<&Path>) {
    let text = text.trim_start_matches('\u{feff}');
    match format {
        LockFormat::PackageLock => npm::lock(text, out),
        LockFormat::PackageJson => npm::manifest(text, out),
        LockFormat::Yarn => yarn::lock(text, out),
        LockFormat::Pnpm => pnpm::lock(text, out),
        LockFormat::Bun => bun::lock(text, out),
        LockFormat::Requirements => requirements::read(text, path, out),
        LockFormat::Pipfile => python::pipfile(text, out),
        LockFormat::Poetry => python::poetry(text, out),
        LockFormat::Uv => python::uv(text, out),
        LockFormat::Pdm => python::pdm(text, out),
        LockFormat::Pylock => python::pylock(text, out),
        LockFormat::Pyproject => python::manifest(text, out),
        LockFormat::Cargo => cargo::lock(text, out),
        LockFormat::CargoToml => cargo::manifest(text, out),
        LockFormat::Gemfile => ruby::lock(text, out),
        LockFormat::Nuget => nuget::lock(text, out),
        LockFormat::GoSum => go::sum(text, out),
    }
}

fn read_text(path: &Path) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?
        .take(FILE_BYTES.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES {
        return Err(std::io::Error::other(format!(
            "larger than {FILE_BYTES} bytes"
        )));
    }
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("not UTF-8"))
}

/// Gathers packages and problems of one lockfile.
struct Collector {
    lockfile: Lockfile,
    /// The file being read: an included one may differ.
    current: String,
    /// Files read so far, so that none is included twice.
    included: Vec<PathBuf>,
}

impl Collector {
    fn new(file: String, format: Option<LockFormat>) -> Self {
        Self {
            current: file.clone(),
            included: Vec::new(),
            lockfile: Lockfile {
                file,
                format,
                packages: Vec::new(),
                problems: Vec::new(),
            },
        }
    }

    fn problem(&mut self, kind: ProblemKind, line: u32, detail: impl Into<String>) {
        self.lockfile.problems.push(Problem {
            kind,
            file: self.current.clone(),
            line,
            detail: detail.into(),
        });
    }

    fn add(&mut self, locked: Locked) {
        if locked.package.version().is_none() && locked.source == SourceKind::Registry {
            let range = locked.range.as_deref().unwrap_or("any version");
            let detail = format!("`{}` is not pinned ({range})", locked.package.name());
            self.problem(ProblemKind::UnresolvedRange, locked.line, detail);
        }
        self.lockfile.packages.push(locked);
    }

    /// Parsed JSON, or a problem.
    fn json(&mut self, text: &str) -> Option<serde_json::Value> {
        match serde_json::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let line = u32::try_from(error.line()).unwrap_or(0);
                self.problem(ProblemKind::LockfileSyntax, line, error.to_string());
                None
            }
        }
    }

    /// Parsed TOML, or a problem.
    fn toml(&mut self, text: &str) -> Option<toml::Table> {
        match text.parse() {
            Ok(table) => Some(table),
            Err(error) => {
                let error: toml::de::Error = error;
                let line = error
                    .span()
                    .map_or(0, |span| lines::line_at(text, span.start));
                self.problem(ProblemKind::LockfileSyntax, line, error.message());
                None
            }
        }
    }

    /// Parsed YAML, or a problem.
    fn yaml(&mut self, text: &str) -> Option<yaml_serde::Value> {
        match yaml_serde::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let line = error
                    .location()
                    .map_or(0, |at| u32::try_from(at.line()).unwrap_or(0));
                self.problem(ProblemKind::LockfileSyntax, line, error.to_string());
                None
            }
        }
    }
}

impl Locked {
    /// From a registry, with nothing more known.
    fn new(ecosystem: Ecosystem, name: &str, version: Option<&str>, line: u32) -> Self {
        Self {
            package: Package::new(ecosystem, name, version),
            range: None,
            resolved: None,
            integrity: Vec::new(),
            source: SourceKind::Registry,
            dev: false,
            line,
        }
    }
}

/// What kind of source a specifier or URL is.
fn source_of(text: &str) -> Option<SourceKind> {
    let text = text.trim();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    let plain = text.split(['#', '?']).next().unwrap_or(text);
    Some(
        if starts(&[
            "git+",
            "git:",
            "git@",
            "ssh:",
            "github:",
            "gitlab:",
            "bitbucket:",
            "gist:",
            "hg+",
            "svn+",
            "bzr+",
        ]) || plain.ends_with(".git")
        {
            SourceKind::Git
        } else if starts(&["http:", "https:", "ftp:"]) {
            SourceKind::Url
        } else if starts(&[
            "file:",
            "link:",
            "portal:",
            "workspace:",
            "./",
            "../",
            "/",
            "~/",
        ]) {
            SourceKind::Path
        } else {
            return None;
        },
    )
}
