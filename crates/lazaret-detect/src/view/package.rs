//! The package whose folder a path is in.

use super::View;
use crate::place::{is_below, portable};

/// Where npm and its kind put packages.
const MODULES: &str = "/node_modules/";

impl View<'_> {
    /// Whose the file is, where it and what the process was started in or
    /// runs are of packages: `own` where that is one package or both are of
    /// one scope, else `other`.
    pub(super) fn file_of_package(&self, path: &str) -> Option<&'static str> {
        let file = package_folder(path)?;
        let node = self.node()?;
        let folder = portable(&node.cwd);
        let script = super::script(node);
        let own = package_folder(&folder).or_else(|| package_folder(script.as_deref()?))?;
        let alike = matches!((scope(file), scope(own)), (Some(a), Some(b)) if a == b);
        let same = alike || is_below(path, own);
        Some(if same { "own" } else { "other" })
    }
}

/// The folder of the innermost package that a portable path is in.
fn package_folder(path: &str) -> Option<&str> {
    let start = path.rfind(MODULES)? + MODULES.len();
    let name = path.get(start..)?;
    // `.bin`, `.cache` and the like are no packages.
    if name.starts_with('.') {
        return None;
    }
    let mut ends = name.match_indices('/').map(|(at, _)| at);
    let end = match name.starts_with('@') {
        true => ends.nth(1),
        false => ends.next(),
    };
    let end = end.unwrap_or(name.len());
    path.get(..start + end)
}

fn scope(folder: &str) -> Option<&str> {
    let (before, _) = folder.rsplit_once('/')?;
    let scope = before.rsplit('/').next()?;
    scope.starts_with('@').then_some(scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_have_folders() {
        for (path, folder) in [
            ("/srv/node_modules/a/lib/x.js", Some("/srv/node_modules/a")),
            ("/srv/node_modules/a", Some("/srv/node_modules/a")),
            ("~/x/node_modules/@s/a/x.js", Some("~/x/node_modules/@s/a")),
            (
                "/srv/node_modules/a/node_modules/b/x.js",
                Some("/srv/node_modules/a/node_modules/b"),
            ),
            ("/srv/node_modules/.bin/x", None),
            ("/srv/lib/x.js", None),
        ] {
            assert_eq!(package_folder(path), folder, "{path}");
        }
        assert_eq!(scope("/srv/node_modules/@s/a"), Some("@s"));
        assert_eq!(scope("/srv/node_modules/a"), None);
    }
}
