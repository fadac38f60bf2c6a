//! The one configuration file.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

/// Name of the file looked for in this folder and those above.
const NAME: &str = "lazaret.toml";

/// `lazaret.toml`. Every field has a default; an unknown one is an error that
/// names its line.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Config {
    /// Folders of content that add to what is shipped; relative to the file.
    pub(crate) content: Vec<PathBuf>,
    /// Where downloaded and built data is kept.
    pub(crate) data: Option<PathBuf>,
    /// Hosts of registries of your own; lockfile entries from them are in
    /// order.
    pub(crate) registries: Vec<String>,
    /// Values of the analytics' mutable elements, by name.
    pub(crate) elements: std::collections::BTreeMap<String, toml::Value>,
    /// File of reviewed findings that do not count; relative to this one.
    pub(crate) suppressions: Option<PathBuf>,
}

impl Config {
    /// Reads `explicit`, or the nearest `lazaret.toml`, or the user's, or
    /// takes the defaults.
    pub(crate) fn find(explicit: Option<&Path>) -> anyhow::Result<Self> {
        let path = match explicit {
            Some(path) => Some(path.to_owned()),
            None => nearest().or_else(of_user),
        };
        match path {
            Some(path) => Self::read(&path),
            None => Ok(Self::default()),
        }
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the configuration {}", path.display()))?;
        let mut config: Self =
            toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
        let base = path.parent().unwrap_or(Path::new("."));
        for folder in config
            .content
            .iter_mut()
            .chain(config.data.as_mut())
            .chain(config.suppressions.as_mut())
        {
            *folder = base.join(&folder);
        }
        Ok(config)
    }
}

fn nearest() -> Option<PathBuf> {
    let folder = std::env::current_dir().ok()?;
    folder
        .ancestors()
        .map(|above| above.join(NAME))
        .find(|path| path.is_file())
}

fn of_user() -> Option<PathBuf> {
    let base = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".config")))?;
    Some(base.join("lazaret/config.toml")).filter(|path| path.is_file())
}
