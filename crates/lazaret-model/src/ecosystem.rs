//! Package ecosystems and their names in other people's formats.

use serde::{Deserialize, Serialize};

/// A package registry's world: one namespace of names and one version order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Ecosystem {
    /// npm.
    Npm,
    /// The Python Package Index.
    Pypi,
    /// RubyGems.
    Gem,
    /// crates.io.
    Cargo,
    /// NuGet.
    Nuget,
    /// Go modules.
    Golang,
    /// Maven.
    Maven,
    /// Packagist (PHP).
    Composer,
    /// Visual Studio Code extensions.
    Vscode,
    /// GitHub Actions.
    GithubActions,
    /// Images of containers, named as `docker pull` takes them.
    Docker,
}

/// Ecosystem, purl type, OSV ecosystem name.
const NAMES: &[(Ecosystem, &str, &str)] = &[
    (Ecosystem::Npm, "npm", "npm"),
    (Ecosystem::Pypi, "pypi", "PyPI"),
    (Ecosystem::Gem, "gem", "RubyGems"),
    (Ecosystem::Cargo, "cargo", "crates.io"),
    (Ecosystem::Nuget, "nuget", "NuGet"),
    (Ecosystem::Golang, "golang", "Go"),
    (Ecosystem::Maven, "maven", "Maven"),
    (Ecosystem::Composer, "composer", "Packagist"),
    (Ecosystem::Vscode, "vscode-extension", "VSCode"),
    (Ecosystem::GithubActions, "githubactions", "GitHub Actions"),
    (Ecosystem::Docker, "docker", "Docker"),
];

impl Ecosystem {
    /// Every ecosystem.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(ecosystem, _, _)| *ecosystem)
    }

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        NAMES
            .iter()
            .find(|(ecosystem, _, _)| *ecosystem == self)
            .unwrap_or(&NAMES[0])
    }

    /// The type in a package URL (purl-spec, `PURL-TYPES`).
    pub fn purl_type(self) -> &'static str {
        self.row().1
    }

    /// The ecosystem name in the OSV schema.
    pub fn osv_name(self) -> &'static str {
        self.row().2
    }

    /// From a purl type, in any letter case; `rubygems`, `crates` and the like
    /// are taken as well.
    pub fn from_purl_type(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = match name.as_str() {
            "rubygems" | "ruby" => "gem",
            "crates" | "crates.io" | "crate" => "cargo",
            "pip" | "python" => "pypi",
            "go" => "golang",
            "packagist" => "composer",
            other => other,
        };
        NAMES
            .iter()
            .find(|(_, purl, _)| *purl == name)
            .map(|(ecosystem, _, _)| *ecosystem)
    }

    /// From an OSV ecosystem name; a suffix such as `:v1` is ignored.
    pub fn from_osv_name(name: &str) -> Option<Self> {
        let name = name.split(':').next().unwrap_or(name);
        NAMES
            .iter()
            .find(|(_, _, osv)| osv.eq_ignore_ascii_case(name))
            .map(|(ecosystem, _, _)| *ecosystem)
    }
}

impl std::fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.purl_type())
    }
}
