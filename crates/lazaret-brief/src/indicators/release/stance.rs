//! What the words nearest to versions say of them.

use std::ops::Range;

use super::run::{is_replaced, replaces};
use crate::{
    article::BlockKind,
    indicators::{context::Structure, lists::Lists},
};

/// What the text says of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::indicators) enum Stance {
    /// It does harm.
    Bad,
    /// It is the one to take, or was before.
    Safe,
}

impl Stance {
    fn other(self) -> Self {
        match self {
            Self::Bad => Self::Safe,
            Self::Safe => Self::Bad,
        }
    }
}

pattern!(
    /// What denies of versions what was said of others.
    NOT,
    r"^[`'\x22)]? (?:is|are|was|were|does|do|did|has|have) not\b[.;,]?\s*$"
);

pattern!(
    EXCEPT,
    r"\b(?:identical|same|unchanged|copy)\b[^.;]{0,40}\b(?:except|apart from|but for|save for|plus)\b"
);

/// Bytes behind a version in which it is spoken of.
const BEHIND: usize = 90;
/// Bytes by which a cue before a version has to be nearer than one behind it.
const NEARER: usize = 14;

pattern!(
    /// Another version, or a clause that speaks of something else.
    NEXT,
    r"(?i)\s(?:affected|unaffected|not affected|fixed|patched|safe|status|severity|published|ecosystem|solution|workaround)(?: versions?| in)?: |\bv?\d+\.\d+(?:\.\d+)?\b|;|, (?:but|while|whereas|aber|mais|pero)\b|\b(?:but|whereas)\b|, (?:use|upgrade|update|pin|downgrade)\b|；|，而"
);
pattern!(
    /// What ends what was said before.
    CUT,
    r"(?i);|, (?:but|while|whereas|aber|mais|pero)\b|；|，而"
);

pattern!(
    /// "Yanked both and published 1.2.4", "pin foo for now to 1.2.2".
    ADVISED,
    r"^\W*(?:fix|solution|workaround|remedy|mitigation)\W*: |^\W*(?:please )?(?:pin|install|upgrade|update|downgrade|use|move|switch)\b[^:]*$|\b(?:pin|downgrade|roll back|upgrade)\b[^.;:]{0,40}\b(?:to be safe|safely|instead|for now|explicitly)\b[^.;:]{0,20}$|\b(?:yanked|unpublished|removed|pulled|revoked)\b[^.;]{0,60}\b(?:and|then) (?:re-?)?(?:published|released|pushed|issued|shipped)\b[^.;]{0,24}$"
);

/// Whether what stands before a version, lower case, says to take it.
pub(in crate::indicators) fn advises(before: &str) -> bool {
    ADVISED.is_match(before)
}

/// What is said of the versions at `range` in their sentence, by the nearest
/// cue before or behind them.
pub(in crate::indicators) fn said(
    structure: &Structure<'_>,
    lists: &Lists,
    range: &Range<usize>,
) -> Option<Stance> {
    let text = structure.article.text.as_str();
    let block = structure.block(structure.block_at(range.start)?)?;
    let sentence = structure.sentence_at(range.start);
    let start = sentence.start.min(range.start);
    // A command says nothing of what it installs.
    let command = block.code.iter().any(|code| {
        code.contains(&range.start) && text[code.clone()].split_whitespace().count() > 2
    });
    if block.kind == BlockKind::Code || command {
        return None;
    }
    let before = text[start..range.start].to_lowercase();
    if advises(&before) {
        return Some(Stance::Safe);
    }
    let version = text[range.clone()]
        .rsplit([' ', ','])
        .next()
        .unwrap_or_default();
    if replaces(&before, version) {
        return Some(Stance::Safe);
    }
    if is_replaced(text, &(range.end - version.len()..range.end)) {
        return Some(Stance::Bad);
    }
    let leads = before.chars().all(|c| !c.is_alphanumeric());
    // An item that begins with a version speaks of it to its end.
    let (end, most) = match block.kind {
        BlockKind::Item if leads => (block.range.end, BEHIND * 4),
        _ => (sentence.end, BEHIND),
    };
    let behind = text.get(range.end..end.max(range.end)).unwrap_or_default();
    let behind = behind[..behind.floor_char_boundary(most)]
        .to_lowercase()
        .replace(" actually ", " ");
    // "(for instance foo 1.0.1)": what follows is said of something else.
    let noted = before.rfind('(').is_some_and(|open| {
        let inner = &before[open + 1..];
        !inner.contains(')') && inner.split_whitespace().count() >= 2
    });
    let behind = match behind.find(')').filter(|_| noted) {
        Some(close) => behind[..close].to_owned(),
        None => behind,
    };
    // "1.0.0 is harmless; 1.0.1 and 1.0.2 are not."
    if NOT.is_match(&behind) {
        return nearest(lists, &before).map(|(stance, _)| stance.other());
    }
    let behind = NEXT
        .find(&behind)
        .map_or(&*behind, |next| &behind[..next.start()]);
    let clause = CUT
        .find_iter(&before)
        .last()
        .map_or(&*before, |cut| &before[cut.end()..]);
    let cues = &lists.versions;
    let after = decide(cues.bad_after.first(behind), cues.safe_after.first(behind));
    // "Identical to the original, except for one class."
    let after = match after {
        Some((Stance::Safe, at)) if EXCEPT.is_match(behind) => Some((Stance::Bad, at)),
        after => after,
    };
    match (nearest(lists, clause), after) {
        (Some((stance, far)), Some((_, near)))
            if far + NEARER < near || far <= NEARER && near > 4 =>
        {
            Some(stance)
        }
        (_, Some((stance, _))) | (Some((stance, _)), None) => Some(stance),
        (None, None) => None,
    }
}

/// What is said of them by what announces their list, or by the heading.
pub(in crate::indicators) fn led(
    structure: &Structure<'_>,
    lists: &Lists,
    range: &Range<usize>,
) -> Option<Stance> {
    let index = structure.block_at(range.start)?;
    // What heads a paragraph is its heading.
    let listed = structure.block(index)?.kind != BlockKind::Paragraph;
    let lead = structure
        .announcement(index)
        .filter(|_| listed)
        .or_else(|| structure.lead(range.start));
    alone(structure, range)
        .or(lead)
        // What leads to a list is the end of it.
        .map(|lead| lead.trim_end().rsplit(". ").next().unwrap_or_default())
        .and_then(|lead| {
            let lead = lead.to_lowercase();
            direct(lists, &lead).or_else(|| nearest(lists, &lead))
        })
        .or_else(|| {
            // The title says nothing of one version.
            let headings = structure.headings(index);
            nearest(lists, headings.get(1..)?.last()?)
        })
        .map(|(stance, _)| stance)
}

pattern!(
    /// What a cue right before it is said of.
    NOUN,
    r" (?:(?:npm|pypi|package) )?(?:builds?|packages?|releases?|versions?)\b"
);

/// What the cue right before a noun for releases says: "malicious versions with
/// legitimate provenance".
fn direct(lists: &Lists, lead: &str) -> Option<(Stance, usize)> {
    NOUN.find_iter(lead)
        .filter_map(|noun| {
            let before = &lead[..noun.start()];
            // Cues are stems: only the word's own end may follow.
            nearest(lists, before).filter(|(_, far)| !before[before.len() - far..].contains(' '))
        })
        .last()
}

/// The sentence before one that holds versions alone: "These are infected. 1.0.1".
fn alone<'a>(structure: &Structure<'a>, range: &Range<usize>) -> Option<&'a str> {
    let text = structure.article.text.as_str();
    let sentence = structure.sentence_at(range.start);
    let worded = text[sentence.clone()].chars().any(char::is_alphabetic);
    let block = structure.block(structure.block_at(range.start)?)?;
    let before = sentence.start.checked_sub(2)?;
    (!worded && before > block.range.start).then(|| &text[structure.sentence_at(before)])
}

/// The stance of the last cue, and how far before the end it stands.
fn nearest(lists: &Lists, text: &str) -> Option<(Stance, usize)> {
    let cues = &lists.versions;
    let far = |(at, length): (usize, usize)| (text.len() - at - length, length);
    decide(cues.bad.last(text).map(far), cues.safe.last(text).map(far))
}

/// The nearer of two cues, given by how far they are and how long; of two in
/// one place the longer.
fn decide(bad: Option<(usize, usize)>, safe: Option<(usize, usize)>) -> Option<(Stance, usize)> {
    match (bad, safe) {
        (Some((bad, length)), Some((safe, other))) => Some(match (bad, other) < (safe, length) {
            true => (Stance::Bad, bad),
            false => (Stance::Safe, safe),
        }),
        (Some((bad, _)), None) => Some((Stance::Bad, bad)),
        (None, Some((safe, _))) => Some((Stance::Safe, safe)),
        (None, None) => None,
    }
}
