//! Manifests and programs that an article shows (`package.json`, workflows,
//! imports, commands): most of what they name is harmless, so that only what is
//! named elsewhere too counts.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use lazaret_model::{Ecosystem, Package};

use super::{Certainty, Finder, NAME, Named};
use crate::article::{Block, BlockKind, holds};

pattern!(
    DEPENDENCIES,
    r#""(?:dependencies|overrides|resolutions|devDependencies|optionalDependencies|peerDependencies)"\s*:\s*\{"#
);
pattern!(
    /// `pnpm-lock.yaml`, `pubspec.yaml`
    SECTIONS,
    r"(?m)^\s*(?:dev|optional|peer)?[Dd]ependencies:\s*$"
);
pattern!(
    /// `composer.json`
    REQUIRES,
    r#""require(?:-dev)?"\s*:\s*\{"#
);
pattern!(
    PAIR,
    r#""(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[a-z0-9][\w.-]*)"\s*:\s*"(?P<op>[\^~=]?)v?(?P<version>\d[\w.+-]*)""#
);
pattern!(
    REQUIREMENT,
    r"(?m)^[ \t+-]*(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])? ?(?:==|>=|<=|~=|!=|>|<)[ \d]|^[ \t+-]*(?P<bare>[A-Za-z0-9][\w.-]*)[ \t]*$"
);

/// What the block is, if it is a manifest.
fn kind_of(block: &Block, text: &str) -> Option<Ecosystem> {
    if block.kind != BlockKind::Code {
        return None;
    }
    let text = &text[block.range.clone()];
    if DEPENDENCIES.is_match(text) || SECTIONS.is_match(text) {
        return Some(Ecosystem::Npm);
    }
    if REQUIRES.is_match(text) {
        return Some(Ecosystem::Composer);
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    let pinned = text
        .lines()
        .filter(|line| ["==", ">=", "~="].iter().any(|sign| line.contains(sign)))
        .count();
    let required = REQUIREMENT.find_iter(text).count();
    (pinned >= 2 && required == lines).then_some(Ecosystem::Pypi)
}

/// Whether the block is a program, a step of one, or what is typed.
fn is_program(block: &Block, text: &str) -> bool {
    let code = &text[block.range.clone()];
    block.kind == BlockKind::Code
        && (super::listed::is_program(code) || super::commands::is_command(code))
}

impl Finder<'_> {
    /// The words of running text, lower case, but for those of commands.
    pub(super) fn words(&self) -> &HashSet<String> {
        self.words.get_or_init(|| {
            let text = self.structure.article.text.as_str();
            let mut commands: Vec<Range<usize>> = super::commands::all(text).collect();
            commands.sort_by_key(|range| range.start);
            self.structure
                .article
                .blocks
                .iter()
                .filter(|block| block.is_prose())
                .flat_map(|block| {
                    let at = block.range.start;
                    let names = NAME.find_iter(&text[block.range.clone()]);
                    names.map(move |m| (at + m.start(), m.as_str()))
                })
                .filter(|(at, _)| !holds(&commands, *at))
                .map(|(_, name)| name.to_lowercase())
                .collect()
        })
    }

    /// Whether the block is a manifest that the text does not call a list of
    /// what is malicious.
    pub(super) fn is_manifest(&self, index: usize) -> bool {
        let text = self.structure.article.text.as_str();
        let Some(block) = self.structure.block(index) else {
            return false;
        };
        let kind = kind_of(block, text);
        // Pinned names alone can be a list as well; JSON with sections is none.
        if matches!(kind, Some(Ecosystem::Npm | Ecosystem::Composer)) {
            return true;
        }
        kind.is_some() && !self.structure.in_indicator_section(index) && {
            let lead = self
                .structure
                .announcement(index)
                .unwrap_or_default()
                .to_lowercase();
            !["malicious", "affected", "compromised", "infected", "bad "]
                .iter()
                .any(|word| lead.contains(word))
        }
    }

    /// Takes what manifests say of names that the text speaks of, and drops
    /// the rest of what was found in them.
    pub(super) fn manifests(&self, found: &mut Vec<Named>) {
        let text = self.structure.article.text.as_str();
        let blocks: Vec<(usize, &Block)> = self
            .structure
            .article
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| block.kind == BlockKind::Code)
            .collect();
        let manifests: Vec<(Range<usize>, Option<Ecosystem>)> = blocks
            .iter()
            .filter(|(index, _)| self.is_manifest(*index))
            .map(|(_, block)| (block.range.clone(), kind_of(block, text)))
            .collect();
        let programs: Vec<Range<usize>> = blocks
            .iter()
            .filter(|(_, block)| is_program(block, text))
            .map(|(_, block)| block.range.clone())
            .collect();
        // What is to be run in a sentence that tells of no attack.
        let mut ill: HashMap<usize, bool> = HashMap::new();
        let mut advised: Vec<Range<usize>> = super::commands::all(text)
            .filter(|range| {
                let sentence = self.structure.sentence_at(range.start);
                !*ill
                    .entry(sentence.start)
                    .or_insert_with(|| self.lists.speaks_of_attack(&text[sentence].to_lowercase()))
            })
            .collect();
        advised.sort_by_key(|range| range.start);
        if manifests.is_empty() && programs.is_empty() && advised.is_empty() {
            return;
        }
        let ranges: Vec<Range<usize>> = manifests.iter().map(|(range, _)| range.clone()).collect();
        let listed = |at: usize| holds(&ranges, at);
        let within = |at: usize| listed(at) || holds(&programs, at) || holds(&advised, at);
        let told: HashSet<(Ecosystem, String)> = found
            .iter()
            .filter(|named| !within(named.range.start))
            .map(|named| (named.package.ecosystem(), named.package.name().to_owned()))
            .collect();
        let is_told =
            |package: &Package| told.contains(&(package.ecosystem(), package.name().to_owned()));
        found.retain(|named| !listed(named.range.start) || is_told(&named.package));
        // "Axios" is the name of a product too.
        for named in found.iter_mut() {
            if within(named.range.start)
                && !is_told(&named.package)
                && !self.words().contains(&named.package.name().to_lowercase())
            {
                named.certainty = Certainty::Guessed;
            }
        }
        for (range, ecosystem) in &manifests {
            if *ecosystem != Some(Ecosystem::Npm) {
                continue;
            }
            for captures in PAIR.captures_iter(&text[range.clone()]) {
                let (Some(name), Some(version)) = (captures.name("name"), captures.name("version"))
                else {
                    continue;
                };
                // A range of versions tells of none.
                let exact = captures
                    .name("op")
                    .is_some_and(|op| matches!(op.as_str(), "" | "="));
                let package = Package::new(
                    Ecosystem::Npm,
                    name.as_str(),
                    exact.then(|| version.as_str()),
                );
                if is_told(&package) {
                    found.push(Named {
                        package,
                        versions: None,
                        range: range.start + name.start()..range.start + name.end(),
                        certainty: Certainty::Worded,
                    });
                }
            }
        }
    }
}
