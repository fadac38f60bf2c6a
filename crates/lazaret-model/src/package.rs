//! Packages, always written as package URLs.

use std::{fmt, str::FromStr};

use packageurl::PackageUrl;
use serde::{Deserialize, Serialize, de};

use crate::Ecosystem;

/// A package name in an ecosystem, with a version where one is known.
///
/// Names are kept normalised as the ecosystem compares them (PEP 503 for
/// PyPI, lower case for NuGet), so that equal packages are equal values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Package {
    ecosystem: Ecosystem,
    name: String,
    version: Option<String>,
}

/// Why a text is not a package.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// Neither a purl nor `ecosystem:name@version`.
    #[error("`{0}` is not a package; write `npm:left-pad@1.3.0` or `pkg:npm/left-pad@1.3.0`")]
    Syntax(String),
    /// The purl type or prefix names no known ecosystem.
    #[error(
        "`{0}` is not a known ecosystem (npm, pypi, gem, cargo, nuget, golang, maven, composer)"
    )]
    Ecosystem(String),
}

impl Package {
    /// A package from its parts. `name` includes the namespace in the
    /// ecosystem's own writing (`@scope/name`, `group:artifact`).
    pub fn new(ecosystem: Ecosystem, name: &str, version: Option<&str>) -> Self {
        Self {
            ecosystem,
            name: normalise(ecosystem, name),
            version: version.filter(|v| !v.is_empty()).map(str::to_owned),
        }
    }

    /// The ecosystem.
    pub fn ecosystem(&self) -> Ecosystem {
        self.ecosystem
    }

    /// The normalised name, namespace included.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version, where one is known.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The same package at another version.
    pub fn with_version(&self, version: Option<&str>) -> Self {
        Self {
            version: version.map(str::to_owned),
            ..self.clone()
        }
    }

    /// The package URL (purl-spec).
    pub fn purl(&self) -> String {
        let (namespace, name) = split_namespace(self.ecosystem, &self.name);
        let built = PackageUrl::new(self.ecosystem.purl_type(), name).and_then(|mut purl| {
            if let Some(namespace) = namespace {
                purl.with_namespace(namespace)?;
            }
            if let Some(version) = &self.version {
                purl.with_version(version)?;
            }
            Ok(purl.to_string())
        });
        // A name that the purl grammar refuses still has to be printable.
        built.unwrap_or_else(|_| {
            let version = self.version.as_deref().map(|v| format!("@{v}"));
            format!(
                "pkg:{}/{}{}",
                self.ecosystem,
                self.name,
                version.unwrap_or_default()
            )
        })
    }
}

fn split_namespace(ecosystem: Ecosystem, name: &str) -> (Option<&str>, &str) {
    let cut = match ecosystem {
        Ecosystem::Npm if name.starts_with('@') => name.find('/'),
        Ecosystem::Npm | Ecosystem::Pypi | Ecosystem::Gem | Ecosystem::Cargo | Ecosystem::Nuget => {
            None
        }
        Ecosystem::Maven => name.rfind([':', '/']),
        _ => name.rfind('/'),
    };
    match cut {
        Some(at) => (Some(&name[..at]), &name[at + 1..]),
        None => (None, name),
    }
}

fn normalise(ecosystem: Ecosystem, name: &str) -> String {
    match ecosystem {
        // PEP 503: runs of `-`, `_` and `.` are one `-`, letters are lower case.
        Ecosystem::Pypi => {
            let mut out = String::with_capacity(name.len());
            for c in name.chars() {
                if matches!(c, '-' | '_' | '.') {
                    if !out.ends_with('-') {
                        out.push('-');
                    }
                } else {
                    out.extend(c.to_lowercase());
                }
            }
            out
        }
        Ecosystem::Nuget | Ecosystem::Composer | Ecosystem::GithubActions => name.to_lowercase(),
        // `Publisher.name`, without regard to case, is the publisher's extension.
        Ecosystem::Vscode if name.contains('/') => name.to_lowercase(),
        Ecosystem::Vscode => name.to_lowercase().replacen('.', "/", 1),
        _ => name.to_owned(),
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.purl())
    }
}

impl FromStr for Package {
    type Err = PackageError;

    fn from_str(text: &str) -> Result<Self, PackageError> {
        let text = text.trim();
        if text.starts_with("pkg:") {
            let purl =
                PackageUrl::from_str(text).map_err(|_| PackageError::Syntax(text.to_owned()))?;
            let ecosystem = Ecosystem::from_purl_type(purl.ty())
                .ok_or_else(|| PackageError::Ecosystem(purl.ty().to_owned()))?;
            let separator = if ecosystem == Ecosystem::Maven {
                ':'
            } else {
                '/'
            };
            let name = match purl.namespace() {
                Some(namespace) => format!("{namespace}{separator}{}", purl.name()),
                None => purl.name().to_owned(),
            };
            return Ok(Self::new(ecosystem, &name, purl.version()));
        }
        let (prefix, rest) = text
            .split_once(':')
            .ok_or_else(|| PackageError::Syntax(text.to_owned()))?;
        let ecosystem = Ecosystem::from_purl_type(prefix)
            .ok_or_else(|| PackageError::Ecosystem(prefix.to_owned()))?;
        // The first character of an npm scope is `@` and starts no version.
        let at = rest
            .char_indices()
            .skip(1)
            .filter(|(_, c)| *c == '@')
            .map(|(i, _)| i)
            .last();
        let (name, version) = match at {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => match rest.split_once("==") {
                Some((name, version)) => (name, Some(version)),
                None => (rest, None),
            },
        };
        if name.is_empty() {
            return Err(PackageError::Syntax(text.to_owned()));
        }
        Ok(Self::new(ecosystem, name, version))
    }
}

impl Serialize for Package {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Package {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_purl_forms_are_the_same_package() {
        for (short, purl) in [
            ("npm:left-pad@1.3.0", "pkg:npm/left-pad@1.3.0"),
            ("npm:@types/node@22.0.0", "pkg:npm/%40types/node@22.0.0"),
            ("pypi:Foo_Bar.baz==1.0", "pkg:pypi/foo-bar-baz@1.0"),
            ("gem:rails", "pkg:gem/rails"),
            ("golang:github.com/a/b@v1", "pkg:golang/github.com/a/b@v1"),
            (
                "vscode-extension:Some.theme-x@1.0.0",
                "pkg:vscode-extension/some/theme-x@1.0.0",
            ),
            ("docker:who/image@20-slim", "pkg:docker/who/image@20-slim"),
        ] {
            let package: Package = short.parse().unwrap();
            assert_eq!(package.purl(), purl, "{short}");
            assert_eq!(purl.parse::<Package>().unwrap(), package, "{purl}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "left-pad", "npm:", "pkg:", "bogus:x"] {
            assert!(text.parse::<Package>().is_err(), "{text:?}");
        }
    }
}
