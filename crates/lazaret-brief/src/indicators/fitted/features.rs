//! What is seen of a mention of a name: how it is set, what it is like, what
//! the rules say of it, what stands around it.

use lazaret_model::Ecosystem;

use super::around::{Around, Place};
use crate::{
    article::BlockKind,
    indicators::{
        Role,
        context::Structure,
        judge::{Habits, Judgement},
        lists::Lists,
        package::{Certainty, Named, Row},
    },
};

macro_rules! features {
    ($($feature:ident $name:literal,)*) => {
        /// What is seen of a name beside the words around it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Own { $($feature,)* }
        /// What the features are called.
        pub(super) const OWN: &[&str] = &[$($name,)*];
    };
}

features! {
    Code "code",
    Linked "linked",
    Heading "in a heading",
    Prose "in a paragraph",
    Item "heads an item",
    Cell "is a cell",
    Line "line of code",
    Hyphen "hyphen",
    Underscore "underscore",
    Scope "scope",
    Path "path",
    Dot "dot",
    Number "more digits than letters",
    Npm "npm",
    Actions "an action",
    OtherRegistry "another registry",
    Digit "digit",
    Capital "capital",
    Short "short",
    Long "long",
    English "English",
    EnglishParts "English parts",
    Popular "popular",
    Versioned "version",
    Guessed "guessed",
    Strong "judged bad, surely",
    Likely "judged bad, likely",
    Weak "judged bad, perhaps",
    Cleared "judged harmless",
    Titled "title tells of an attack",
    Early "early",
    Late "late",
    Alone "alone",
    Few "of a few",
    Several "of several",
    Many "of many",
    MostFormed "most have marks",
    MostEnglish "most are English",
    SomePopular "some are popular",
    MostCapital "most have capitals",
    MostLinked "most are linked",
    MostCode "most are code",
    MostBad "most are judged bad",
    Once "once",
    Often "often",
}

/// Where words are looked for.
pub(super) const PLACES: [&str; 11] = [
    "before", "behind", "sentence", "lead", "heading", "outer", "column", "title", "line",
    "opening", "closing",
];

/// A set of features: those of its own, and the classes of words by place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) own: u128,
    pub(super) words: [u64; PLACES.len()],
}

impl Seen {
    pub(super) const NONE: Self = Self {
        own: 0,
        words: [0; PLACES.len()],
    };

    pub(super) fn set(&mut self, feature: Own, seen: bool) {
        self.own |= u128::from(seen) << feature as u32;
    }

    pub(super) fn has(&self, feature: Own) -> bool {
        self.own >> feature as u32 & 1 == 1
    }

    pub(super) fn or(&mut self, other: &Self) {
        self.own |= other.own;
        for (mine, its) in self.words.iter_mut().zip(other.words) {
            *mine |= its;
        }
    }
}

/// What mentions are looked at with.
pub(super) struct Eye<'a> {
    pub(super) structure: &'a Structure<'a>,
    pub(super) lists: &'a Lists,
    pub(super) habits: &'a Habits,
    pub(super) around: &'a Around<'a>,
}

impl Eye<'_> {
    /// What is seen of a mention; `judged` is what the rules say of it.
    pub(super) fn mention(
        &self,
        named: &Named,
        judged: Option<&Judgement>,
        row: &Row,
        place: &Place,
    ) -> Seen {
        let mut seen = Seen::NONE;
        self.name(named, &mut seen);
        self.setting(named, place, &mut seen);
        seen.set(
            Own::Versioned,
            named.package.version().is_some() || named.versions.is_some(),
        );
        seen.set(Own::Guessed, named.certainty == Certainty::Guessed);
        if let Some(judged) = judged {
            let verdict = match (judged.role, judged.weight) {
                (Role::Indicator, 3..) => Some(Own::Strong),
                (Role::Indicator, 2) => Some(Own::Likely),
                (Role::Indicator, _) => Some(Own::Weak),
                (_, ..-1) => Some(Own::Cleared),
                _ => None,
            };
            if let Some(verdict) = verdict {
                seen.set(verdict, true);
            }
        }
        seen.set(Own::Titled, self.habits.titled);
        let (at, all) = (named.range.start, self.structure.article.text.len().max(1));
        seen.set(Own::Early, at < all / 4);
        seen.set(Own::Late, at > all - all / 4);
        seen.words = self.around.words(&named.range, &row.range, place);
        seen
    }

    /// What the name is like.
    fn name(&self, named: &Named, seen: &mut Seen) {
        let name = named.package.name();
        let lists = self.lists;
        let text = &self.structure.article.text[named.range.clone()];
        seen.set(Own::Hyphen, name.contains('-'));
        seen.set(Own::Underscore, name.contains('_'));
        seen.set(Own::Scope, name.starts_with('@'));
        seen.set(Own::Path, name.contains('/') && !name.starts_with('@'));
        seen.set(Own::Dot, name.contains('.'));
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
        seen.set(Own::Number, digits > letters);
        let registry = match named.package.ecosystem() {
            Ecosystem::Npm => Some(Own::Npm),
            Ecosystem::Pypi | Ecosystem::Golang => None,
            Ecosystem::GithubActions => Some(Own::Actions),
            _ => Some(Own::OtherRegistry),
        };
        if let Some(registry) = registry {
            seen.set(registry, true);
        }
        seen.set(Own::Digit, name.contains(|c: char| c.is_ascii_digit()));
        seen.set(
            Own::Capital,
            text.starts_with(|c: char| c.is_ascii_uppercase()),
        );
        seen.set(Own::Short, name.len() <= 4);
        seen.set(Own::Long, name.len() >= 20);
        let english = lists.is_english(name);
        seen.set(Own::English, english);
        seen.set(
            Own::EnglishParts,
            !english
                && !name.starts_with('@')
                && name.len() <= 64
                && name
                    .split(['-', '_', '.', '/'])
                    .all(|part| lists.is_english(part)),
        );
        seen.set(Own::Popular, lists.is_any_popular(name));
    }

    /// How the text sets it.
    fn setting(&self, named: &Named, place: &Place, seen: &mut Seen) {
        let at = named.range.start;
        let Some(block) = place.block.and_then(|index| self.structure.block(index)) else {
            return;
        };
        seen.set(Own::Code, block.is_code(at));
        let link = block.links.partition_point(|(range, _)| range.end <= at);
        seen.set(
            Own::Linked,
            block
                .links
                .get(link)
                .is_some_and(|(range, _)| range.contains(&at)),
        );
        let setting = match block.kind {
            BlockKind::Heading(_) => Some(Own::Heading),
            BlockKind::Paragraph => Some(Own::Prose),
            BlockKind::Item => place.head.then_some(Own::Item),
            BlockKind::Row => place.head.then_some(Own::Cell),
            BlockKind::Code => Some(Own::Line),
        };
        if let Some(setting) = setting {
            seen.set(setting, true);
        }
    }
}
