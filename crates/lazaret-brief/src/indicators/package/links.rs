//! Addresses at registries: a package's page, or its archive.

use lazaret_model::Ecosystem;

use super::{Certainty, Finder, Named, name::is_file_name};

pattern!(
    /// An address at a registry, with or without its scheme, also defanged.
    ADDRESS,
    r"(?i)\b(?P<host>(?:[a-z0-9-]+\[?\.\]?)*(?:npmjs\[?\.\]?(?:com|org)|pypi\[?\.\]?(?:python\[?\.\]?)?org|pythonhosted\[?\.\]?org|rubygems\[?\.\]?org|crates\[?\.\]?io|docs\[?\.\]?rs|nuget\[?\.\]?org|packagist\[?\.\]?org|open-vsx\[?\.\]?org|visualstudio\[?\.\]?com|pkg\[?\.\]?go\[?\.\]?dev|mvnrepository\[?\.\]?com|maven\[?\.\]?org|maven\[?\.\]?apache\[?\.\]?org|sonatype\[?\.\]?com|npm-stat\.com|pepy\.tech|clickhouse\.com|pypistats\.org|socket\.dev|libraries\.io))/(?P<path>[^\s\x22'<>`\])},;|\\^]+)"
);
pattern!(
    /// The name of an archive, with its version.
    ARCHIVE,
    r"(?:^|/)(?P<name>[A-Za-z0-9][\w.-]*?)-(?P<version>\d+(?:\.\d+)*(?:-\d{1,3}|[-.]?(?:alpha|beta|rc|a|b|c|post|dev|pre)[\w.-]*?)?)(?:-(?:py[23]|cp\d)[\w.-]*)?\.(?:tar\.gz|tar\.bz2|zip|whl|egg|tgz|gem|crate|nupkg)$"
);

/// Pages of packages: what the host ends with, what stands before the name in
/// the path, parts of the name, and what stands between name and version.
const PAGES: &[(&str, &str, usize, &str, Ecosystem)] = &[
    ("npmjs.com", "package/", 1, "v/", Ecosystem::Npm),
    ("pypi.org", "project/", 1, "", Ecosystem::Pypi),
    ("pypi.org", "simple/", 1, "", Ecosystem::Pypi),
    ("pypi.org", "p/", 1, "", Ecosystem::Pypi),
    ("pypi.org", "pypi/", 1, "", Ecosystem::Pypi),
    ("pypi.python.org", "pypi/", 1, "", Ecosystem::Pypi),
    ("rubygems.org", "gems/", 1, "versions/", Ecosystem::Gem),
    ("crates.io", "crates/", 1, "", Ecosystem::Cargo),
    ("crates.io", "api/v1/crates/", 1, "", Ecosystem::Cargo),
    ("docs.rs", "crate/", 1, "", Ecosystem::Cargo),
    ("docs.rs", "", 1, "", Ecosystem::Cargo),
    ("nuget.org", "packages/", 1, "", Ecosystem::Nuget),
    ("packagist.org", "packages/", 2, "", Ecosystem::Composer),
    ("open-vsx.org", "extension/", 2, "", Ecosystem::Vscode),
    ("mvnrepository.com", "artifact/", 2, "", Ecosystem::Maven),
    ("sonatype.com", "artifact/", 2, "", Ecosystem::Maven),
    // Where downloads are counted, and what others keep of a package.
    ("pepy.tech", "project/", 1, "", Ecosystem::Pypi),
    ("pepy.tech", "projects/", 1, "", Ecosystem::Pypi),
    (
        "clickpy.clickhouse.com",
        "dashboard/",
        1,
        "",
        Ecosystem::Pypi,
    ),
    ("pypistats.org", "packages/", 1, "", Ecosystem::Pypi),
    ("socket.dev", "npm/package/", 1, "overview/", Ecosystem::Npm),
    (
        "socket.dev",
        "pypi/package/",
        1,
        "overview/",
        Ecosystem::Pypi,
    ),
    ("libraries.io", "npm/", 1, "", Ecosystem::Npm),
    ("libraries.io", "pypi/", 1, "", Ecosystem::Pypi),
];

/// Where a registry keeps archives.
const FILES: &[(&str, &str, Ecosystem)] = &[
    ("pypi.org", "packages/", Ecosystem::Pypi),
    ("pythonhosted.org", "packages/", Ecosystem::Pypi),
    ("rubygems.org", "downloads/", Ecosystem::Gem),
    ("rubygems.org", "gems/", Ecosystem::Gem),
    ("crates.io", "crates/", Ecosystem::Cargo),
];

/// The package that an address names: its registry, name and version.
fn package_at(host: &str, path: &str) -> Option<(Ecosystem, String, Option<String>)> {
    let host = host.replace(['[', ']'], "").to_ascii_lowercase();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path.split('#').next()?.trim_end_matches(['.', '/', ':']);
    let at = |end: &str| host == end || host.ends_with(&format!(".{end}"));
    // npm keeps archives below the name: `foo/-/foo-1.2.3.tgz`.
    if at("npmjs.org") {
        let (name, file) = path.split_once("/-/").unwrap_or((path, ""));
        let version = ARCHIVE.captures(file).map(|c| c["version"].to_owned());
        return Some((Ecosystem::Npm, name.to_owned(), version));
    }
    if at("npm-stat.com") {
        let name = query.strip_prefix("package=")?.split('&').next()?;
        return Some((Ecosystem::Npm, name.to_owned(), None));
    }
    if at("visualstudio.com") {
        let name = query.strip_prefix("itemName=")?.split('&').next()?;
        return Some((Ecosystem::Vscode, name.to_owned(), None));
    }
    if at("pkg.go.dev") {
        let (name, version) = match path.split_once('@') {
            Some((name, version)) => (name, Some(version.to_owned())),
            None => (path, None),
        };
        return Some((Ecosystem::Golang, name.to_owned(), version));
    }
    if let Some(rest) = path.strip_prefix("maven2/") {
        let mut parts: Vec<&str> = rest.split('/').collect();
        let file = parts.iter().position(|part| is_jar(part));
        parts.truncate(file.unwrap_or(parts.len()));
        let version = parts.pop_if(|last| last.starts_with(|c: char| c.is_ascii_digit()));
        let (artifact, group) = parts.split_last()?;
        let name = format!("{}/{artifact}", group.join("."));
        return (!group.is_empty()).then(|| (Ecosystem::Maven, name, version.map(str::to_owned)));
    }
    if let Some((_, _, ecosystem)) = FILES
        .iter()
        .find(|(end, start, _)| at(end) && path.starts_with(start))
        && let Some(captures) = ARCHIVE.captures(path)
    {
        let version = Some(captures["version"].to_owned());
        return Some((*ecosystem, captures["name"].to_owned(), version));
    }
    let (rest, parts, between, ecosystem) = PAGES.iter().filter(|(end, ..)| at(end)).find_map(
        |(_, start, parts, between, ecosystem)| {
            Some((path.strip_prefix(start)?, *parts, *between, *ecosystem))
        },
    )?;
    // npm's scopes are a part of the name.
    let parts = parts + usize::from(rest.starts_with('@'));
    let mut parted = rest.splitn(parts + 1, '/');
    let name: Vec<&str> = parted.by_ref().take(parts).collect();
    let version = parted
        .next()
        .and_then(|rest| rest.strip_prefix(between)?.split('/').next())
        .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()));
    (name.len() == parts).then(|| (ecosystem, name.join("/"), version.map(str::to_owned)))
}

fn is_jar(part: &str) -> bool {
    [".jar", ".pom", ".aar", ".war", ".xml"]
        .iter()
        .any(|end| part.ends_with(end))
}

impl Finder<'_> {
    /// Packages that addresses name, those in the text and those of links.
    pub(super) fn linked(&self, text: &str, found: &mut Vec<Named>) {
        let links = self.structure.article.blocks.iter().flat_map(|block| {
            block.links.iter().filter_map(|(range, to)| {
                // What the link shows is read with the text.
                let hidden = !text.get(range.clone())?.contains("://");
                let captures = ADDRESS.captures(to).filter(|_| hidden)?;
                Some((captures, range.clone()))
            })
        });
        let shown = ADDRESS.captures_iter(text).filter_map(|captures| {
            let place = captures.get(0)?.range();
            Some((captures, place))
        });
        for (captures, place) in shown.chain(links) {
            let Some((ecosystem, name, version)) = package_at(&captures["host"], &captures["path"])
            else {
                continue;
            };
            if !is_file_name(&name) || ecosystem == Ecosystem::Npm {
                let (version, certainty) = (version.as_deref(), Certainty::Explicit);
                self.push(found, Some(ecosystem), &name, version, place, certainty);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::package_at;

    #[test]
    fn addresses_name_packages() {
        for (address, purl) in [
            (
                "www.npmjs.com/package/@scope/foo/v/1.2.3",
                "npm @scope/foo 1.2.3",
            ),
            ("npmjs[.]com/package/foo", "npm foo"),
            (
                "registry.npmjs.org/@scope/foo/-/foo-1.0.0-rc.1.tgz",
                "npm @scope/foo 1.0.0-rc.1",
            ),
            ("pypi.python.org/pypi/foo/0.1.0", "pypi foo 0.1.0"),
            ("pypi.org/project/foo/#files", "pypi foo"),
            (
                "pypi.org/packages/ac/0d/0a/foo-bar-2.4.tar.gz",
                "pypi foo-bar 2.4",
            ),
            (
                "files.pythonhosted.org/packages/a/foo_bar-0.2.4-py3-none-any.whl",
                "pypi foo_bar 0.2.4",
            ),
            ("rubygems.org/gems/foo/versions/1.0.3", "gem foo 1.0.3"),
            (
                "static.crates.io/crates/foo/foo-0.3.1.crate",
                "cargo foo 0.3.1",
            ),
            ("crates.io/crates/foo", "cargo foo"),
            (
                "www.nuget.org/packages/Foo.Bar/1.0.0",
                "nuget Foo.Bar 1.0.0",
            ),
            ("packagist.org/packages/foo/bar", "composer foo/bar"),
            (
                "open-vsx.org/extension/who/what",
                "vscode-extension who/what",
            ),
            (
                "marketplace.visualstudio.com/items?itemName=who.what",
                "vscode-extension who.what",
            ),
            (
                "pkg.go.dev/github.com/who/what@v1.2.3",
                "golang github.com/who/what v1.2.3",
            ),
            (
                "repo1.maven.org/maven2/io/foo/bar/1.0.3/bar-1.0.3.jar",
                "maven io.foo/bar 1.0.3",
            ),
            (
                "mvnrepository.com/artifact/io.foo/bar/1.0",
                "maven io.foo/bar 1.0",
            ),
            ("pypi.org/help/", ""),
        ] {
            let (host, path) = address.split_once('/').unwrap_or_default();
            let told = package_at(host, path).map(|(ecosystem, name, version)| {
                let version = version.map(|v| format!(" {v}")).unwrap_or_default();
                format!("{ecosystem} {name}{version}")
            });
            assert_eq!(told.unwrap_or_default(), purl, "{address}");
        }
    }
}
