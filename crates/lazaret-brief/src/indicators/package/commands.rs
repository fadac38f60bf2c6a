//! Packages in commands that install them.

use std::ops::Range;

use lazaret_model::Ecosystem;

use super::{Certainty, Finder, Named, name::looks_like_name, words::is_plain_english};
use crate::indicators::phrase::place_of;

pattern!(
    INSTALL,
    r"(?m)\b(?P<tool>npm (?:i|install|add)|npx|yarn (?:global )?add|pnpm (?:add|i|install|dlx)|bun add|(?:python3? -m )?pip3? install|pipx install|uv (?:pip install|add)|poetry add|gem install|bundle add|cargo (?:add|install)|go (?:get|install)|dotnet add package|Install-Package|nuget install|composer require)(?P<rest>(?:[ \t]+(?:--?[A-Za-z][\w-]*(?:=\S+)?|[@A-Za-z][^\s,;:)\]'\x22`]*))+)"
);
pattern!(
    /// What follows the last word of a command that ends with a flag or a colon.
    COMMAND_VERSION,
    r"^(?:(?P<colon>:)|[ \t=]+)[\x22']?=?v?(?P<version>\d+(?:\.\d+)+(?:[-+][\w.-]*\w)?)"
);
pattern!(FLAG, r"(?i)(?:-v|--version|-version|--vers)$");

pattern!(
    /// What the reader is to look for among what is installed: whole names, from
    /// the start of the line.
    LOOKED_FOR,
    r"\b(?:pip3? (?:list|freeze|show)|npm (?:ls|list)|(?:yarn|pnpm) (?:list|why)|gem list|bundle list|cargo tree|composer show)\b[^\n|]{0,80}\|[ \t]*(?:e|f)?grep\b[^'\x22\n]{0,20}['\x22]\^\(?(?P<names>@?[A-Za-z0-9][\w@/.-]*(?:\\?\|@?[A-Za-z0-9][\w@/.-]*)+)"
);

/// Names of one command in code.
const MOST: usize = 20;

impl Finder<'_> {
    /// Names after "npm install" and the like.
    pub(super) fn commands(&self, text: &str, found: &mut Vec<Named>) {
        for captures in INSTALL.captures_iter(text) {
            let (Some(tool), Some(rest)) = (captures.name("tool"), captures.name("rest")) else {
                continue;
            };
            // In running text only the first word is sure to be a name.
            let code = self.is_code(rest.start());
            // "after `npm install` ends": the command is over.
            if !code && self.is_code(tool.start()) {
                continue;
            }
            // What follows the name of what is run is given to it.
            let most = match code && !tool.as_str().ends_with('x') {
                true => MOST,
                false => 1,
            };
            let ecosystem = Some(ecosystem_of(tool.as_str()));
            let rest = self.within(rest.range());
            let last = last_version(text, &rest);
            let mut words = text[rest]
                .split_whitespace()
                .filter(|word| !word.starts_with('-'))
                .peekable();
            for _ in 0..most {
                let Some(word) = words.next() else { break };
                // "secrets leave during npm install to a server"
                let bare = word.trim_end_matches('.');
                let inflected = ["ed", "ing", "es"].iter().any(|end| bare.ends_with(end));
                if !code && (is_plain_english(word) || inflected && !looks_like_name(bare)) {
                    break;
                }
                let (name, version) = split_version(bare);
                let version = version.or(last.filter(|_| words.peek().is_none()));
                let (range, certainty) = (place_of(text, word), Certainty::Explicit);
                self.push(found, ecosystem, name, version, range, certainty);
            }
        }
    }

    /// Names that are searched for in lists of what is installed.
    pub(super) fn looked_for(&self, text: &str, found: &mut Vec<Named>) {
        for names in LOOKED_FOR
            .captures_iter(text)
            .filter_map(|c| c.name("names"))
        {
            for name in names
                .as_str()
                .split(['|', '\\'])
                .filter(|name| !name.is_empty())
            {
                let range = place_of(text, name);
                let (ecosystem, certainty) = (self.ecosystem_at(range.start), Certainty::Listed);
                self.push(found, ecosystem, name, None, range, certainty);
            }
        }
    }

    /// A command ends with the code that it is set in.
    fn within(&self, rest: Range<usize>) -> Range<usize> {
        let span = self
            .structure
            .block_at(rest.start)
            .and_then(|index| self.structure.block(index))
            .and_then(|block| block.code.iter().find(|code| code.contains(&rest.start)));
        rest.start..span.map_or(rest.end, |span| span.end.min(rest.end))
    }
}

/// Where something is installed or run.
pub(super) fn all(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let images = super::formed::IMAGE.find_iter(text);
    INSTALL.find_iter(text).chain(images).map(|m| m.range())
}

/// Whether all lines of code install something.
pub(super) fn is_command(code: &str) -> bool {
    let mut lines = code.lines().filter(|line| !line.trim().is_empty());
    lines.all(|line| INSTALL.is_match(line))
}

fn ecosystem_of(tool: &str) -> Ecosystem {
    match tool.split([' ', '-']).next().unwrap_or_default() {
        "npm" | "npx" | "yarn" | "pnpm" | "bun" => Ecosystem::Npm,
        "pip" | "pip3" | "pipx" | "uv" | "poetry" | "python" | "python3" => Ecosystem::Pypi,
        "gem" | "bundle" => Ecosystem::Gem,
        "cargo" => Ecosystem::Cargo,
        "go" => Ecosystem::Golang,
        "composer" => Ecosystem::Composer,
        _ => Ecosystem::Nuget,
    }
}

/// "gem install foo -v 1.2.3", "composer require a/b:1.2.3": the version of the
/// last name.
fn last_version<'t>(text: &'t str, rest: &Range<usize>) -> Option<&'t str> {
    let captures = COMMAND_VERSION.captures(&text[rest.end..])?;
    let flagged = FLAG.is_match(&text[rest.clone()]);
    (flagged != captures.name("colon").is_some())
        .then(|| captures.name("version"))
        .flatten()
        .map(|version| version.as_str())
}

fn split_version(word: &str) -> (&str, Option<&str>) {
    for separator in ["==", ">=", "~=", "<="] {
        if let Some((name, version)) = word.split_once(separator) {
            return (name, (separator == "==").then_some(version));
        }
    }
    match word.char_indices().skip(1).find(|(_, c)| *c == '@') {
        Some((at, _)) => {
            let version = &word[at + 1..];
            let fixed = version.starts_with(|c: char| c.is_ascii_digit());
            (&word[..at], fixed.then_some(version))
        }
        None => (word, None),
    }
}
