//! What package an artifact is, by the metadata inside it.

use bytes::Bytes;
use lazaret_model::{Ecosystem, Package};
use serde::{Deserialize, Serialize};

use crate::Format;

/// How an ecosystem packs a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Packaging {
    /// npm package.
    Npm,
    /// Python wheel.
    Wheel,
    /// Python source distribution.
    Sdist,
    /// Python egg.
    Egg,
    /// Ruby gem.
    Gem,
    /// Rust crate.
    Crate,
    /// NuGet package.
    Nupkg,
    /// Visual Studio Code extension.
    Vsix,
    /// Java archive.
    Jar,
}

impl Packaging {
    /// The ecosystem that it is of.
    pub fn ecosystem(self) -> Ecosystem {
        match self {
            Self::Npm => Ecosystem::Npm,
            Self::Wheel | Self::Sdist | Self::Egg => Ecosystem::Pypi,
            Self::Gem => Ecosystem::Gem,
            Self::Crate => Ecosystem::Cargo,
            Self::Nupkg => Ecosystem::Nuget,
            Self::Vsix => Ecosystem::Vscode,
            Self::Jar => Ecosystem::Maven,
        }
    }
}

/// A metadata file.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// Its logical path.
    pub path: String,
    /// All of it.
    pub bytes: Bytes,
}

pub(crate) struct Identity {
    pub packaging: Packaging,
    pub package: Option<Package>,
}

/// Which metadata file a path is, most telling first.
fn kind(path: &str, original: &str) -> Option<Packaging> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let in_root = folder.is_empty();
    Some(match file {
        "metadata" if original == "metadata.gz!/metadata" => Packaging::Gem,
        "METADATA" if !folder.contains('/') && folder.ends_with(".dist-info") => Packaging::Wheel,
        "PKG-INFO" if folder == "EGG-INFO" => Packaging::Egg,
        "PKG-INFO" if in_root => Packaging::Sdist,
        "package.json" if in_root => Packaging::Npm,
        "package.json" if folder == "extension" => Packaging::Vsix,
        "Cargo.toml" if in_root => Packaging::Crate,
        "pom.properties" if folder.starts_with("META-INF/maven/") => Packaging::Jar,
        _ if in_root && file.to_ascii_lowercase().ends_with(".nuspec") => Packaging::Nupkg,
        _ => return None,
    })
}

/// Whether a file is kept to tell what package this is.
pub(crate) fn is_metadata(path: &str, original: &str) -> bool {
    kind(path, original).is_some()
}

/// What the metadata says. Where there is metadata of several ecosystems, the
/// one that its packing fits wins.
pub(crate) fn identify(
    metadata: &[Metadata],
    root: &str,
    format: Option<Format>,
) -> Option<Identity> {
    let rank = |packaging: Packaging| match packaging {
        Packaging::Gem => 0,
        Packaging::Nupkg | Packaging::Vsix | Packaging::Wheel if format == Some(Format::Zip) => 1,
        Packaging::Egg => 2,
        Packaging::Npm if root == "package" => 3,
        Packaging::Sdist => 4,
        Packaging::Npm => 5,
        Packaging::Crate => 6,
        _ => 7,
    };
    metadata
        .iter()
        .filter_map(|file| {
            let original = if file.path == "metadata" {
                "metadata.gz!/metadata"
            } else {
                ""
            };
            Some((kind(&file.path, original)?, file))
        })
        .min_by_key(|(packaging, file)| (rank(*packaging), file.path.len()))
        .map(|(packaging, file)| Identity {
            packaging,
            package: name_and_version(packaging, &file.bytes).map(|(name, version)| {
                Package::new(packaging.ecosystem(), &name, version.as_deref())
            }),
        })
}

fn name_and_version(packaging: Packaging, bytes: &[u8]) -> Option<(String, Option<String>)> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    match packaging {
        Packaging::Npm => {
            let json: serde_json::Value = serde_json::from_str(text).ok()?;
            Some((json_text(&json, "name")?, json_text(&json, "version")))
        }
        Packaging::Vsix => {
            let json: serde_json::Value = serde_json::from_str(text).ok()?;
            let name = json_text(&json, "name")?;
            let name = match json_text(&json, "publisher") {
                Some(publisher) => format!("{publisher}/{name}"),
                None => name,
            };
            Some((name, json_text(&json, "version")))
        }
        Packaging::Wheel | Packaging::Sdist | Packaging::Egg => {
            Some((header(text, "Name")?, header(text, "Version")))
        }
        Packaging::Crate => {
            let manifest: toml::Table = text.parse().ok()?;
            let package = manifest.get("package")?;
            let field = |name| Some(package.get(name)?.as_str()?.to_owned());
            Some((field("name")?, field("version")))
        }
        Packaging::Gem => gemspec(text),
        Packaging::Nupkg => Some((xml_text(text, "id")?, xml_text(text, "version"))),
        Packaging::Jar => {
            let group = property(text, "groupId")?;
            let artifact = property(text, "artifactId")?;
            Some((format!("{group}:{artifact}"), property(text, "version")))
        }
    }
}

fn json_text(json: &serde_json::Value, field: &str) -> Option<String> {
    json.get(field)?.as_str().map(str::to_owned)
}

/// A field of core metadata: mail headers, before the first empty line.
fn header(text: &str, field: &str) -> Option<String> {
    text.lines()
        .take_while(|line| !line.trim_end().is_empty())
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(field)
                .then(|| value.trim().to_owned())
        })
}

/// The gem's YAML has Ruby tags, which YAML readers refuse; its two fields are
/// always written at the top level in this way.
fn gemspec(text: &str) -> Option<(String, Option<String>)> {
    let unquote = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    let mut lines = text.lines();
    let name = lines.find_map(|line| line.strip_prefix("name:").map(unquote))?;
    let mut in_version = false;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("version:") {
            in_version = true;
            let plain = unquote(rest);
            if plain.starts_with(|c: char| c.is_ascii_digit()) {
                return Some((name, Some(plain)));
            }
        } else if in_version && let Some(rest) = line.strip_prefix("  version:") {
            return Some((name, Some(unquote(rest))));
        } else if !line.starts_with(' ') {
            in_version = false;
        }
    }
    Some((name, None))
}

/// The text of the first element of this name; a nuspec has it in `metadata`
/// before anything that could have one too.
fn xml_text(text: &str, element: &str) -> Option<String> {
    let open = format!("<{element}>");
    let at = text.find(&open)?.checked_add(open.len())?;
    let rest = text.get(at..)?;
    let end = rest.find("</")?;
    Some(rest.get(..end)?.trim().to_owned())
}

fn property(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gem_metadata_with_ruby_tags() {
        let text = "--- !ruby/object:Gem::Specification\nname: rake\nversion: !ruby/object:Gem::Version\n  version: 13.0.6\nplatform: ruby\n";
        assert_eq!(
            gemspec(text),
            Some(("rake".to_owned(), Some("13.0.6".to_owned())))
        );
    }

    #[test]
    fn core_metadata_ends_at_the_description() {
        let text = "Metadata-Version: 2.1\nName: a\n\nVersion: 9\n";
        assert_eq!(header(text, "Version"), None);
    }
}
