//! Python: `setup.py`, in-tree build backends, `.pth` files, packages.

use lazaret_code::ir::Language;
use lazaret_model::Phase;

use super::EntryPoint;
use crate::{PackageFiles, modules::PackageModules};

pub(super) fn find(
    package: &PackageFiles,
    modules: &PackageModules<'_>,
    out: &mut Vec<EntryPoint>,
) {
    for file in &package.files {
        match file.name() {
            "setup.py" if !file.aside => {
                out.push(EntryPoint::file(file.path.clone(), Phase::Install));
            }
            // Run by `python -m`, not by an import.
            "__main__.py" => out.push(EntryPoint::file(file.path.clone(), Phase::Run)),
            name if name.ends_with(".pth") => {
                // Only lines that start with `import` are run (`site` module).
                let text = String::from_utf8_lossy(&file.bytes);
                for line in text
                    .lines()
                    .filter(|line| line.starts_with("import"))
                    .take(100)
                {
                    out.push(EntryPoint::inline(
                        &file.path,
                        &text,
                        line,
                        Language::Python,
                        Phase::Import,
                    ));
                }
            }
            _ if file.language == Some(Language::Python)
                && !file.aside
                && is_importable(package, &file.path) =>
            {
                out.push(EntryPoint::file(file.path.clone(), Phase::Import));
            }
            _ => {}
        }
    }
    let Some(file) = package.get("pyproject.toml") else {
        return;
    };
    let text = String::from_utf8_lossy(&file.bytes);
    let Ok(manifest) = text.parse::<toml::Table>() else {
        return;
    };
    let build = manifest.get("build-system");
    let backend = build
        .and_then(|build| build.get("build-backend"))
        .and_then(|name| name.as_str());
    let folders = build
        .and_then(|build| build.get("backend-path"))
        .and_then(|list| list.as_array());
    // A backend in the tree runs on install (PEP 517, `backend-path`).
    if let (Some(backend), Some(folders)) = (backend, folders) {
        let module = backend
            .split(':')
            .next()
            .unwrap_or(backend)
            .replace('.', "/");
        for folder in folders.iter().filter_map(|folder| folder.as_str()) {
            let path =
                crate::modules::join(folder, &module).and_then(|path| modules.python_file(&path));
            if let Some(path) = path {
                out.push(EntryPoint::file(path, Phase::Install));
            }
        }
    }
}

/// Modules up to which a package is small: all of it may be what it is for.
const SMALL: usize = 8;

/// Folders of a project that are not installed.
const NOT_INSTALLED: &[&str] = &[
    "benchmarks",
    "bin",
    "build",
    "ci",
    "contrib",
    "doc",
    "docs",
    "examples",
    "integration",
    "scripts",
    "test",
    "tests",
    "tools",
    "utils",
];

/// Whether the file is a module of a package, or one of its own: beside it is
/// an `__init__.py`, or it stands where top-level modules do. A small package
/// may do without `__init__.py` (PEP 420). Scripts of the project's own
/// (`tools/`, `scripts/`) are neither.
fn is_importable(package: &PackageFiles, path: &str) -> bool {
    match path.rsplit_once('/') {
        None | Some(("src" | "lib", _)) => true,
        Some((folder, _)) if package.get(&format!("{folder}/__init__.py")).is_some() => true,
        Some((folder, _)) => {
            let folder = folder.strip_prefix("src/").unwrap_or(folder);
            // Of a package for Node, Python scripts only build something.
            package.get("package.json").is_none()
                && !folder.split('/').any(|part| NOT_INSTALLED.contains(&part))
                && package
                    .files
                    .iter()
                    .filter(|file| file.language == Some(Language::Python))
                    .count()
                    <= SMALL
        }
    }
}
