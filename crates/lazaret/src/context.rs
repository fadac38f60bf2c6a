//! What every command has at hand.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ColorChoice};
use lazaret_content::Content;
use lazaret_intel::{
    Knowledge,
    index::{Index, IndexError},
    names::Names,
};

use lazaret_technique::CATALOGUE;

use crate::{config::Config, output};

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// Configuration file (TOML)
    #[arg(long, global = true, value_name = "FILE", env = "LAZARET_CONFIG")]
    config: Option<PathBuf>,
    /// Folder with rules, analytics, techniques of your own, laid out as
    /// `content/`; adds to and replaces what is shipped
    #[arg(long, global = true, value_name = "FOLDER", env = "LAZARET_CONTENT")]
    content: Option<PathBuf>,
    /// Colours in the output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
    /// No progress and no remarks on stderr
    #[arg(long, global = true)]
    quiet: bool,
}

/// What every command has at hand.
#[derive(Debug)]
pub(crate) struct Context {
    /// The configuration.
    pub(crate) config: Config,
    /// Shipped content with the user's on top.
    pub(crate) content: Content,
    /// Whether to stay silent on stderr but for errors.
    pub(crate) quiet: bool,
}

impl Context {
    pub(crate) fn new(args: &GlobalArgs) -> anyhow::Result<Self> {
        // `auto` honours NO_COLOR, CLICOLOR_FORCE and whether it is a terminal.
        match args.color {
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
            ColorChoice::Auto => anstream::ColorChoice::Auto,
        }
        .write_global();
        let config = Config::find(args.config.as_deref())?;
        let mut content = Content::shipped();
        // What `lazaret attack update` kept.
        let attack = attack_folder(&config);
        if let Some(folder) = attack.filter(|folder| folder.join(CATALOGUE).is_file()) {
            content
                .overlay(&folder)
                .with_context(|| format!("in {}", folder.display()))?;
        }
        for folder in config.content.iter().chain(&args.content) {
            content
                .overlay(folder)
                .with_context(|| format!("in the content folder {}", folder.display()))?;
        }
        Ok(Self {
            config,
            content,
            quiet: args.quiet,
        })
    }

    /// Where downloaded and built data is kept (XDG base directories).
    pub(crate) fn data_folder(&self) -> anyhow::Result<PathBuf> {
        data_folder(&self.config).context("no home folder; set `data = \"…\"` in lazaret.toml")
    }

    /// Where the catalogue of ATT&CK is kept.
    pub(crate) fn attack_folder(&self) -> anyhow::Result<PathBuf> {
        Ok(self.data_folder()?.join("attack"))
    }

    /// Where the index of packages on record is.
    pub(crate) fn index_path(&self) -> anyhow::Result<PathBuf> {
        Ok(self.data_folder()?.join("known-malicious.index"))
    }

    /// What is known of packages: the index, where there is one, and popular
    /// names. A damaged index is said; a missing one is not an error.
    pub(crate) fn knowledge(&self) -> anyhow::Result<Knowledge> {
        let index = match Index::open(&self.index_path()?) {
            Ok((index, warning)) => {
                if let Some(warning) = warning {
                    output::remark(&format!("warning: {warning}"));
                }
                Some(index)
            }
            Err(IndexError::Missing { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Knowledge::new(index, Names::load(&self.content)))
    }
}

fn data_folder(config: &Config) -> Option<PathBuf> {
    if let Some(folder) = &config.data {
        return Some(folder.clone());
    }
    let base = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".local/share")))?;
    Some(base.join("lazaret"))
}

fn attack_folder(config: &Config) -> Option<PathBuf> {
    Some(data_folder(config)?.join("attack"))
}
