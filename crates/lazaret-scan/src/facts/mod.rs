//! Facts of a package's metadata and make-up, as rules see them.

mod npm;
mod python;

use std::collections::BTreeMap;

use lazaret_artifact::Packaging;
use lazaret_model::Package;
use lazaret_rule::{FieldValue, Fields};

use crate::{Kind, PackageAnalysis, PackageFiles};

/// Named facts; the names are listed in `content/rules/README.md`.
#[derive(Clone, Debug, Default)]
pub struct PackageFacts {
    texts: BTreeMap<&'static str, String>,
    lists: BTreeMap<&'static str, Vec<String>>,
    numbers: BTreeMap<&'static str, f64>,
    flags: BTreeMap<&'static str, bool>,
}

impl PackageFacts {
    /// Collects the facts of a package.
    pub fn of(package: &PackageFiles, analysis: &PackageAnalysis, id: Option<&Package>) -> Self {
        let mut facts = Self::default();
        if let Some(id) = id {
            facts.text("ecosystem", id.ecosystem().purl_type());
            facts.text("name", id.name());
            if let Some(version) = id.version() {
                facts.text("version", version);
                facts.version(version);
            }
        }
        if let Some(packaging) = package.artifact.packaging {
            facts.text("packaging", &format!("{packaging:?}").to_lowercase());
        }
        let code: Vec<_> = package
            .files
            .iter()
            .filter(|file| file.language.is_some() && !file.aside)
            .collect();
        facts.number("files", package.files.len() as f64);
        facts.number("code-files", code.len() as f64);
        facts.number("code-bytes", code.iter().map(|file| file.size as f64).sum());
        facts.number("behaviours", analysis.behaviours.len() as f64);
        facts.list(
            "file-names",
            package.files.iter().map(|file| file.path.clone()),
        );
        facts.list(
            "binaries",
            package
                .files
                .iter()
                .filter(|file| matches!(file.kind, Kind::Elf | Kind::Pe | Kind::MachO))
                .map(|file| file.path.clone()),
        );
        facts.list("traits", analysis.traits.values().flatten().cloned());
        facts.list(
            "notes",
            package
                .artifact
                .notes
                .iter()
                .map(|note| note.kind.id().to_owned()),
        );
        match package.artifact.packaging {
            Some(Packaging::Npm) => npm::facts(package, &mut facts),
            Some(Packaging::Wheel | Packaging::Sdist | Packaging::Egg) => {
                python::facts(package, &mut facts)
            }
            _ => {
                npm::facts(package, &mut facts);
                python::facts(package, &mut facts);
            }
        }
        facts.readme(package);
        facts
    }

    /// The repository that the package gives as its own.
    pub fn repository(&self) -> Option<&str> {
        self.texts.get("repository").map(String::as_str)
    }

    fn text(&mut self, name: &'static str, value: &str) {
        if !value.is_empty() {
            self.texts.insert(name, value.to_owned());
        }
    }

    fn number(&mut self, name: &'static str, value: f64) {
        self.numbers.insert(name, value);
    }

    fn flag(&mut self, name: &'static str, value: bool) {
        self.flags.insert(name, value);
    }

    fn list(&mut self, name: &'static str, values: impl Iterator<Item = String>) {
        let mut values: Vec<String> = values.collect();
        values.sort_unstable();
        values.dedup();
        self.lists.insert(name, values);
    }

    /// The largest number in a version: dependency confusion needs one that
    /// beats any private version.
    fn version(&mut self, version: &str) {
        let largest = version
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|part| part.parse::<f64>().ok())
            .take(3)
            .fold(0.0, f64::max);
        self.number("version-largest", largest);
        let major = version
            .split('.')
            .next()
            .and_then(|part| part.parse::<f64>().ok())
            .unwrap_or(0.0);
        self.number("version-major", major);
    }

    fn readme(&mut self, package: &PackageFiles) {
        let readme = package
            .files
            .iter()
            .filter(|file| !file.path.contains('/'))
            .find(|file| file.name().to_ascii_lowercase().starts_with("readme"));
        if let Some(readme) = readme {
            let text = String::from_utf8_lossy(&readme.bytes).into_owned();
            self.text("readme", &text);
        }
        let text = self.texts.get("readme").map_or(0, String::len);
        let links = self
            .texts
            .get("readme")
            .map_or(0, |text| text.matches("://").count());
        self.number("readme-bytes", text as f64);
        self.number("readme-links", links as f64);
    }
}

impl Fields for PackageFacts {
    fn get(&self, field: &str) -> Option<FieldValue<'_>> {
        if let Some(text) = self.texts.get(field) {
            return Some(text.as_str().into());
        }
        if let Some(number) = self.numbers.get(field) {
            return Some((*number).into());
        }
        if let Some(flag) = self.flags.get(field) {
            return Some((*flag).into());
        }
        self.lists
            .get(field)
            .map(|list| FieldValue::List(list.iter().map(|text| text.as_str().into()).collect()))
    }
}
