//! The package's own modules, found as its language's loader would.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use lazaret_code::{
    Modules,
    ir::{Language, Unit},
    lower,
};

use crate::PackageFiles;

/// Source files larger than this are not lowered for their importers' sake.
const MODULE_BYTES: usize = 1 << 20;

/// Data that code loads as a module, up to this size.
const JSON_BYTES: usize = 64 << 10;

/// Resolves specifiers within one package.
#[derive(Debug)]
pub(crate) struct PackageModules<'a> {
    package: &'a PackageFiles,
    units: Mutex<HashMap<String, Option<Arc<Unit>>>>,
}

impl<'a> PackageModules<'a> {
    pub(crate) fn new(package: &'a PackageFiles) -> Self {
        Self {
            package,
            units: Mutex::default(),
        }
    }

    /// How many source files the package has.
    pub(crate) fn len(&self) -> usize {
        self.package
            .files
            .iter()
            .filter(|file| file.language.is_some())
            .count()
    }

    /// The path of the file that a specifier names.
    pub(crate) fn find(&self, from: &str, specifier: &str) -> Option<String> {
        let language = self.package.get(from).and_then(|file| file.language);
        match language {
            Some(Language::JavaScript) | None => self.find_javascript(from, specifier),
            Some(Language::Python) => self.find_python(from, specifier),
            Some(Language::Ruby) => self.find_ruby(from, specifier),
            Some(Language::Shell) => {
                let path = join(folder(from), specifier.trim_start_matches("./"))?;
                self.package.get(&path).map(|file| file.path.clone())
            }
            _ => None,
        }
    }

    pub(crate) fn find_javascript(&self, from: &str, specifier: &str) -> Option<String> {
        if !specifier.starts_with('.') && !specifier.starts_with('/') {
            return None;
        }
        let path = join(folder(from), specifier)?;
        self.javascript_file(&path)
    }

    /// A file, with the endings that Node and bundlers try.
    pub(crate) fn javascript_file(&self, path: &str) -> Option<String> {
        let endings = ["", ".js", ".cjs", ".mjs", ".ts", ".tsx", ".jsx", ".json"];
        let stem = path.strip_suffix(".js").unwrap_or(path);
        endings
            .iter()
            .map(|ending| format!("{path}{ending}"))
            .chain(endings.iter().skip(1).map(|ending| {
                let slash = if path.is_empty() { "" } else { "/" };
                format!("{path}{slash}index{ending}")
            }))
            // TypeScript sources import the name of what is built from them.
            .chain([format!("{stem}.ts"), format!("{stem}.tsx")])
            .find(|path| self.package.get(path).is_some())
    }

    fn find_python(&self, from: &str, specifier: &str) -> Option<String> {
        let dots = specifier.len() - specifier.trim_start_matches('.').len();
        let names = specifier[dots..].replace('.', "/");
        if dots > 0 {
            let mut base = folder(from);
            for _ in 1..dots {
                base = folder(base);
            }
            return self.python_file(&join(base, &names)?);
        }
        // Next to the file (scripts), from the root, from `src/`.
        [folder(from), "", "src", "lib"]
            .iter()
            .filter_map(|base| join(base, &names))
            .find_map(|path| self.python_file(&path))
            .filter(|path| path != from)
    }

    pub(crate) fn python_file(&self, path: &str) -> Option<String> {
        let package = if path.is_empty() {
            "__init__.py".to_owned()
        } else {
            format!("{path}/__init__.py")
        };
        [format!("{path}.py"), package]
            .into_iter()
            .find(|path| self.package.get(path).is_some())
    }

    /// The path itself, where the package has it.
    pub(crate) fn exact(&self, path: &str) -> Option<String> {
        self.package.get(path).map(|file| file.path.clone())
    }

    fn find_ruby(&self, from: &str, specifier: &str) -> Option<String> {
        [
            join(folder(from), specifier),
            join("lib", specifier),
            join("", specifier),
        ]
        .into_iter()
        .flatten()
        .flat_map(|path| [format!("{path}.rb"), path])
        .find(|path| self.package.get(path).is_some())
    }
}

impl Modules for PackageModules<'_> {
    fn resolve(&self, from: &str, specifier: &str) -> Option<Arc<Unit>> {
        let path = self.find(from, specifier)?;
        if let Some(unit) = self.units.lock().ok()?.get(&path) {
            return unit.clone();
        }
        let file = self.package.get(&path)?;
        let text = String::from_utf8_lossy(&file.bytes);
        let unit = match file.language {
            Some(language) if file.bytes.len() <= MODULE_BYTES => {
                Some(Arc::new(lower::lower(language, &text, &path)))
            }
            // `require("./data.json")` gives what is in it.
            None if path.ends_with(".json") && file.bytes.len() <= JSON_BYTES => {
                let code = format!("module.exports = {text}");
                Some(Arc::new(lower::lower(Language::JavaScript, &code, "x.cjs")))
            }
            _ => None,
        };
        // Two threads may lower one file at a time: wasteful, never wrong.
        self.units.lock().ok()?.insert(path, unit.clone());
        unit
    }

    fn path_of(&self, from: &str, specifier: &str) -> Option<String> {
        self.find(from, specifier)
    }
}

/// The folder part of a path.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A relative path from a folder; `None` where it leads out of the package.
pub(crate) fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
