//! What is seen of a mention of a name: how it is set, what it is like, what
//! the rules say of it, what stands around it.

use lazaret_model::Ecosystem;

use super::around::{Around, Place};
use crate::{
    article::{BlockKind, holds},
    indicators::{
        Role,
        context::Structure,
        judge::{Habits, Judgement},
        lists::Lists,
        package::{Certainty, Named, Row, is_file_name},
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
    Bold "bold",
    Quoted "quoted",
    Linked "linked",
    Heading "in a heading",
    Prose "in a paragraph",
    Item "heads an item",
    InItem "within an item",
    Cell "is a cell",
    InRow "within a cell",
    FirstCell "first cell",
    Line "line of code",
    Hyphen "hyphen",
    Underscore "underscore",
    Scope "scope",
    Path "path",
    Dot "dot",
    Number "more digits than letters",
    Npm "npm",
    Pypi "PyPI",
    Golang "Go",
    Actions "an action",
    OtherRegistry "another registry",
    Digit "digit",
    Capital "capital",
    Camel "camel case",
    Short "short",
    Long "long",
    English "English",
    EnglishParts "English parts",
    Popular "popular",
    NearPopular "near a popular one",
    Program "a program",
    FileName "file name",
    Versioned "version",
    Explicit "explicit",
    Worded "worded",
    Listed "listed",
    Again "told again",
    Guessed "guessed",
    Strong "judged bad, surely",
    Likely "judged bad, likely",
    Weak "judged bad, perhaps",
    Cleared "judged harmless",
    Aside "judged something else",
    Quiet "judged unsaid",
    Section "in a section of indicators",
    Titled "title tells of an attack",
    Attack "text tells of an attack",
    Shown "text shows this package",
    Defangs "text defangs",
    Early "early",
    Late "late",
    InTitle "in the title",
    Alone "alone",
    Few "of a few",
    Several "of several",
    Many "of many",
    MostFormed "most have marks",
    MostEnglish "most are English",
    SomePopular "some are popular",
    MostPopular "most are popular",
    MostCapital "most have capitals",
    MostLinked "most are linked",
    MostCode "most are code",
    MostVersioned "most have versions",
    MostBad "most are judged bad",
    SomeBad "some are judged bad",
    SomeCleared "some are judged harmless",
    BadElsewhere "one is called bad elsewhere",
    Once "once",
    Often "often",
    Places "in several lists",
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
        let certainty = match named.certainty {
            Certainty::Explicit => Some(Own::Explicit),
            Certainty::Worded => Some(Own::Worded),
            Certainty::Listed => Some(Own::Listed),
            Certainty::Again => Some(Own::Again),
            Certainty::Guessed => Some(Own::Guessed),
            // What no rule finds says nothing against a name.
            Certainty::Shaped => None,
        };
        if let Some(certainty) = certainty {
            seen.set(certainty, true);
        }
        if let Some(judged) = judged {
            let verdict = match (judged.role, judged.weight) {
                (Role::Indicator, 3..) => Own::Strong,
                (Role::Indicator, 2) => Own::Likely,
                (Role::Indicator, _) => Own::Weak,
                (_, ..-1) => Own::Cleared,
                (_, -1) => Own::Aside,
                _ if judged.reason.contains("nothing says") => Own::Quiet,
                _ => Own::Aside,
            };
            seen.set(verdict, true);
        }
        let habits = self.habits;
        seen.set(Own::Titled, habits.titled);
        seen.set(Own::Attack, habits.attack);
        seen.set(Own::Shown, habits.shown);
        seen.set(Own::Defangs, habits.defangs);
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
        seen.set(
            match named.package.ecosystem() {
                Ecosystem::Npm => Own::Npm,
                Ecosystem::Pypi => Own::Pypi,
                Ecosystem::Golang => Own::Golang,
                Ecosystem::GithubActions => Own::Actions,
                _ => Own::OtherRegistry,
            },
            true,
        );
        seen.set(Own::Digit, name.contains(|c: char| c.is_ascii_digit()));
        seen.set(
            Own::Capital,
            text.starts_with(|c: char| c.is_ascii_uppercase()),
        );
        seen.set(
            Own::Camel,
            text.as_bytes()
                .windows(2)
                .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()),
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
        let popular = lists.is_any_popular(name);
        seen.set(Own::Popular, popular);
        seen.set(Own::NearPopular, !popular && self.is_near_popular(named));
        seen.set(Own::Program, lists.is_program(name));
        seen.set(Own::FileName, is_file_name(name));
    }

    /// Whether it is a popular name with one letter more or two exchanged.
    fn is_near_popular(&self, named: &Named) -> bool {
        let name = named.package.name();
        if !name.is_ascii() || !(4..=32).contains(&name.len()) {
            return false;
        }
        let known = |other: &str| {
            other.len() >= 4 && self.lists.is_popular(named.package.ecosystem(), other)
        };
        (0..name.len()).any(|at| {
            let shorter = format!("{}{}", &name[..at], &name[at + 1..]);
            let exchanged = name.get(at + 2..).map(|rest| {
                format!(
                    "{}{}{}{rest}",
                    &name[..at],
                    &name[at + 1..at + 2],
                    &name[at..=at]
                )
            });
            known(&shorter) || exchanged.is_some_and(|other| other != name && known(&other))
        })
    }

    /// How the text sets it.
    fn setting(&self, named: &Named, place: &Place, seen: &mut Seen) {
        let at = named.range.start;
        let Some(block) = place.block.and_then(|index| self.structure.block(index)) else {
            return;
        };
        let text = self.structure.article.text.as_str();
        seen.set(Own::Code, block.is_code(at));
        seen.set(Own::Bold, holds(&block.bold, at));
        seen.set(
            Own::Quoted,
            text[..at].ends_with(['"', '\'', '“', '‘', '„', '«', '「', '”']),
        );
        let link = block.links.partition_point(|(range, _)| range.end <= at);
        seen.set(
            Own::Linked,
            block
                .links
                .get(link)
                .is_some_and(|(range, _)| range.contains(&at)),
        );
        let head = place.head;
        match block.kind {
            BlockKind::Heading(_) => seen.set(Own::Heading, true),
            BlockKind::Paragraph => seen.set(Own::Prose, true),
            BlockKind::Item => seen.set(if head { Own::Item } else { Own::InItem }, true),
            BlockKind::Row => {
                seen.set(if head { Own::Cell } else { Own::InRow }, true);
                seen.set(Own::FirstCell, place.column == Some(0));
            }
            BlockKind::Code => seen.set(Own::Line, true),
        }
        seen.set(
            Own::Section,
            place
                .block
                .is_some_and(|index| self.structure.in_indicator_section(index)),
        );
    }
}
