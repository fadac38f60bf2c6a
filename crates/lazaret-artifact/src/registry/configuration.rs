//! Which registries the user's own tools are set up for.

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
};

/// Registries by ecosystem.
#[derive(Clone, Debug)]
pub struct Registries {
    /// npm.
    pub npm: Npm,
    /// PyPI simple indexes, in order; credentials may be in the URL.
    pub pypi: Vec<String>,
    /// Cargo's sparse index.
    pub cargo: String,
    /// The RubyGems source.
    pub gem: String,
    /// NuGet's service index.
    pub nuget: String,
}

/// npm's configuration.
#[derive(Clone, Debug)]
pub struct Npm {
    /// For everything without a scope of its own.
    pub registry: String,
    /// By scope, `@` included.
    pub scopes: BTreeMap<String, String>,
    /// `Authorization` headers by what follows the URL's scheme, as
    /// `//host/path/`.
    authorization: BTreeMap<String, String>,
}

impl Default for Registries {
    fn default() -> Self {
        Self {
            npm: Npm {
                registry: "https://registry.npmjs.org/".to_owned(),
                scopes: BTreeMap::new(),
                authorization: BTreeMap::new(),
            },
            pypi: vec!["https://pypi.org/simple/".to_owned()],
            cargo: "https://index.crates.io/".to_owned(),
            gem: "https://rubygems.org/".to_owned(),
            nuget: "https://api.nuget.org/v3/index.json".to_owned(),
        }
    }
}

impl Registries {
    /// From the configuration files and variables of npm, pip, Cargo, RubyGems
    /// and NuGet, as seen from the current folder.
    pub fn from_environment() -> Self {
        let mut all = Self::default();
        let home = env::var_os("HOME")
            .or_else(|| env::var_os("USERPROFILE"))
            .map(PathBuf::from);
        let in_home = |path: &str| home.as_ref().map(|home| home.join(path));
        all.read_npm(in_home(".npmrc"));
        all.read_pip(in_home(".config/pip/pip.conf"), in_home(".pip/pip.conf"));
        let cargo_home = env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| in_home(".cargo"));
        let configurations = [
            cargo_home.map(|home| home.join("config.toml")),
            Some(".cargo/config.toml".into()),
        ];
        for path in configurations.into_iter().flatten() {
            if let Some(index) = text(&path).and_then(|text| cargo_index(&text)) {
                all.cargo = index;
            }
        }
        if let Some(source) = in_home(".gemrc")
            .and_then(|path| text(&path))
            .and_then(|text| gem_source(&text))
        {
            all.gem = source;
        }
        let nuget = [
            in_home(".nuget/NuGet/NuGet.Config"),
            Some("nuget.config".into()),
        ];
        for path in nuget.into_iter().flatten() {
            if let Some(source) = text(&path).and_then(|text| nuget_source(&text)) {
                all.nuget = source;
            }
        }
        all
    }

    fn read_npm(&mut self, user: Option<PathBuf>) {
        let user = variable("npm_config_userconfig")
            .map(PathBuf::from)
            .or(user);
        for path in [user, Some(".npmrc".into())].into_iter().flatten() {
            if let Some(text) = text(&path) {
                self.npm.apply(&text);
            }
        }
        if let Some(registry) = variable("npm_config_registry") {
            self.npm.registry = registry;
        }
    }

    fn read_pip(&mut self, user: Option<PathBuf>, legacy: Option<PathBuf>) {
        let site = env::var_os("VIRTUAL_ENV").map(|root| PathBuf::from(root).join("pip.conf"));
        let given = env::var_os("PIP_CONFIG_FILE").map(PathBuf::from);
        let mut main = None;
        let mut extra = Vec::new();
        for path in [Some("/etc/pip.conf".into()), legacy, user, site, given]
            .into_iter()
            .flatten()
        {
            for (key, value) in text(&path).iter().flat_map(|text| settings(text)) {
                match key.replace('_', "-").as_str() {
                    "index-url" => main = Some(value),
                    "extra-index-url" => {
                        extra = value.split_whitespace().map(str::to_owned).collect()
                    }
                    _ => {}
                }
            }
        }
        if let Some(url) = env::var("PIP_INDEX_URL").ok().or(main) {
            self.pypi = vec![url];
        }
        if let Ok(urls) = env::var("PIP_EXTRA_INDEX_URL") {
            extra = urls.split_whitespace().map(str::to_owned).collect();
        }
        self.pypi.extend(extra);
    }
}

impl Npm {
    /// Takes in the text of an `.npmrc`.
    pub fn apply(&mut self, npmrc: &str) {
        for (key, value) in settings(npmrc) {
            let value = expand(&value);
            if key == "registry" {
                self.registry = value;
            } else if let Some(scope) = key.strip_suffix(":registry") {
                self.scopes.insert(scope.to_owned(), value);
            } else if let Some(prefix) = key.strip_suffix(":_authToken") {
                self.authorization
                    .insert(prefix.to_owned(), format!("Bearer {value}"));
            } else if let Some(prefix) = key.strip_suffix(":_auth") {
                self.authorization
                    .insert(prefix.to_owned(), format!("Basic {value}"));
            }
        }
    }

    pub(super) fn registry_of(&self, name: &str) -> &str {
        name.split_once('/')
            .and_then(|(scope, _)| self.scopes.get(scope))
            .unwrap_or(&self.registry)
    }

    /// The header for a URL, if it is below one that has credentials.
    pub(super) fn authorization(&self, url: &str) -> Option<String> {
        let (_, rest) = url.split_once("://")?;
        let rest = format!("//{rest}");
        let fits = |prefix: &str| {
            rest.strip_prefix(prefix.trim_end_matches('/'))
                .is_some_and(|tail| tail.is_empty() || tail.starts_with('/'))
        };
        self.authorization
            .iter()
            .filter(|(prefix, _)| fits(prefix))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, header)| header.clone())
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name)
        .or_else(|_| env::var(name.to_uppercase()))
        .ok()
        .filter(|v| !v.is_empty())
}

fn text(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// `key = value` lines; sections and comments are passed over.
fn settings(text: &str) -> Vec<(String, String)> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with(['#', ';', '[']))
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| {
            (
                key.trim().to_owned(),
                value.trim().trim_matches('"').to_owned(),
            )
        })
        .collect()
}

/// `${NAME}` stands for a variable.
fn expand(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push_str("${");
            rest = after;
            continue;
        };
        out.push_str(&env::var(name).unwrap_or_default());
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// What crates.io is replaced with, through any chain of replacements.
fn cargo_index(text: &str) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    let sources = table.get("source")?;
    let mut name = "crates-io";
    for _ in 0..10 {
        let source = sources.get(name)?;
        match source.get("replace-with").and_then(toml::Value::as_str) {
            Some(next) => name = next,
            None => {
                let index = source.get("registry")?.as_str()?;
                return index.starts_with("sparse+").then(|| index.to_owned());
            }
        }
    }
    None
}

/// The first of `:sources:`.
fn gem_source(text: &str) -> Option<String> {
    text.lines()
        .skip_while(|line| !line.trim_start().starts_with(":sources:"))
        .skip(1)
        .find_map(|line| {
            line.trim()
                .strip_prefix("- ")
                .map(|url| url.trim_matches('"').to_owned())
        })
}

/// The first package source that speaks version 3.
fn nuget_source(text: &str) -> Option<String> {
    let (_, sources) = text.split_once("<packageSources>")?;
    let (sources, _) = sources.split_once("</packageSources>")?;
    sources
        .split("value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .find(|url| url.starts_with("http") && url.ends_with("index.json"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_scopes_and_credentials() {
        let mut npm = Registries::default().npm;
        npm.apply("@corp:registry=https://npm.example.com/corp/\n//npm.example.com/corp/:_authToken=abc\n");
        assert_eq!(npm.registry_of("@corp/a"), "https://npm.example.com/corp/");
        assert_eq!(npm.registry_of("a"), "https://registry.npmjs.org/");
        let header = npm.authorization("https://npm.example.com/corp/a");
        assert_eq!(header.as_deref(), Some("Bearer abc"));
        // Never to another host, or a path that only begins alike.
        assert_eq!(
            npm.authorization("https://npm.example.com/corporate/a"),
            None
        );
        assert_eq!(
            npm.authorization("https://npm.example.com.example.org/corp/a"),
            None
        );
    }

    #[test]
    fn cargo_replacements_are_followed() {
        let text = "[source.crates-io]\nreplace-with = \"mirror\"\n[source.mirror]\nregistry = \"sparse+https://example.com/index/\"\n";
        assert_eq!(
            cargo_index(text).as_deref(),
            Some("sparse+https://example.com/index/")
        );
    }
}
