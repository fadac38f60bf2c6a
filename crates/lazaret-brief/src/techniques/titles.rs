//! Techniques by the names that ATT&CK gives them: `Exfiltration Over C2 Channel`,
//! `Application Layer Protocol: Web Protocols`.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use aho_corasick::{AhoCorasick, MatchKind};
use lazaret_model::TechniqueId;

use super::Technique;

/// Words of a name that nobody writes but for the technique.
const WORDS: usize = 3;

/// The names, ready to look for.
#[derive(Debug)]
pub(super) struct Titles {
    finder: Option<AhoCorasick>,
    /// For each name its technique, and whether it must stand apart.
    of: Vec<(TechniqueId, bool)>,
}

impl Titles {
    pub(super) fn new(known: &BTreeMap<TechniqueId, Technique>) -> Self {
        let mut alike: HashMap<&str, usize> = HashMap::new();
        for technique in known.values() {
            *alike.entry(&technique.name).or_default() += 1;
        }
        let mut names: Vec<String> = Vec::new();
        let mut of = Vec::new();
        for (id, technique) in known {
            let name = technique.name.as_str();
            if let Some(parent) = known.get(&id.parent()).filter(|_| id.is_sub()) {
                names.push(format!("{}: {name}", parent.name));
                of.push((*id, false));
            }
            let words = name.split_whitespace().count();
            if words > 1 && alike.get(name) == Some(&1) {
                names.push(name.to_owned());
                of.push((*id, words < WORDS));
            }
        }
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(&names);
        Self {
            // Some hundred names: refused only where memory is short as well.
            finder: finder.ok(),
            of,
        }
    }

    /// The techniques that `text` names, with the places of their names.
    pub(super) fn find<'t>(
        &'t self,
        text: &'t str,
    ) -> impl Iterator<Item = (TechniqueId, Range<usize>)> + 't {
        let finder = self.finder.iter();
        finder
            .flat_map(move |finder| finder.find_iter(text))
            .filter_map(move |m| {
                let (id, apart) = self.of.get(m.pattern().as_usize())?;
                let (before, after) = (&text[..m.start()], &text[m.end()..]);
                let is_whole = !before.ends_with(char::is_alphanumeric)
                    && !after.starts_with(char::is_alphanumeric);
                (is_whole && (!apart || stands_apart(before, after))).then(|| (*id, m.range()))
            })
    }
}

/// Whether nothing but signs stands on both sides of a name.
fn stands_apart(before: &str, after: &str) -> bool {
    let (before, after) = (
        before.trim_end_matches([' ', '*']),
        after.trim_start_matches([' ', '*']),
    );
    (before.is_empty() || before.ends_with(['—', '–', '-', ':', '|', '\t', '(', '[', '/', '\n']))
        && (after.is_empty()
            || after.starts_with(['—', '–', '-', ':', '|', '\t', ')', ']', '(', '/', '\n']))
}
