//! What a candidate means here: something to block, or something mentioned.
//!
//! An author who defangs a value calls it dangerous; a list headed
//! "Indicators" does too. What is left is decided by what is known of the
//! host and by the words of the sentence.

mod address;
mod advice;
mod around;
mod file;
mod host;
mod package;
mod words;

use std::{cell::RefCell, collections::HashSet, ops::Range, rc::Rc};

use lazaret_model::{Confidence, IndicatorKind};

use super::{
    Role,
    candidate::Candidate,
    context::Structure,
    lists::Lists,
    package::{Named, rows},
    spoken::Spoken,
    weigh::weigh,
};
use crate::article::BlockKind;

pub(super) use package::is_placeholder;
pub(super) use words::Words;

/// The reason why what is called harmless is only mentioned.
pub(super) const HARMLESS: &str = "spoken of as harmless";

/// The reason why nothing in a text without an attack is an indicator.
pub(super) const PEACEFUL: &str = "in a text that tells of no attack";

/// The reason of a version that words near it call bad.
pub(super) const CALLED_BAD: &str = "a version that the text calls bad";

/// The reason why a version that is to be taken instead is only mentioned.
pub(super) const SAFE: &str = "a version that is safe";

/// The reason why what another is made to look like is only mentioned.
pub(super) const IMITATED: &str = "the package that is imitated";

/// A judgement with its reason.
pub(super) struct Judgement {
    pub(super) role: Role,
    pub(super) confidence: Confidence,
    pub(super) reason: &'static str,
    /// How much it says of a package wherever else it stands: from -5, which
    /// clears it, to 3, which nothing outweighs.
    pub(super) weight: i8,
}

impl Judgement {
    fn weighing(self, weight: i8) -> Self {
        Self { weight, ..self }
    }
}

fn indicator(confidence: Confidence, reason: &'static str) -> Judgement {
    Judgement {
        role: Role::Indicator,
        confidence,
        reason,
        weight: match confidence {
            Confidence::High => 3,
            Confidence::Medium => 2,
            Confidence::Low => 1,
        },
    }
}

fn mentioned(reason: &'static str) -> Judgement {
    Judgement {
        role: Role::Mentioned,
        confidence: Confidence::High,
        reason,
        weight: 0,
    }
}

/// What the whole article tells about its habits.
pub(super) struct Habits {
    /// It is about a flaw in what many use rather than an attack.
    pub(super) flaw: bool,
    /// The year that it is of.
    pub(super) year: Option<u16>,
    /// It announces something: attacks are told of as the reason.
    pub(super) news: bool,
    /// Its author defangs addresses: what stands plain is harmless.
    pub(super) defangs: bool,
    /// It tells of an attack, not of something in general.
    pub(super) attack: bool,
    /// It has words that few texts have but those on attacks.
    pub(super) grave: bool,
    /// Its title tells of it.
    pub(super) titled: bool,
    /// Its title says that somebody was accused wrongly.
    pub(super) alarm: bool,
    /// It says "this package is malicious" of what it is about.
    pub(super) shown: bool,
    /// It is hardly more than a list.
    pub(super) bare: bool,
    /// Hosts of the article's own site.
    pub(super) own: Vec<String>,
    /// Hosts that it defangs somewhere.
    pub(super) dangerous: HashSet<String>,
}

pub(super) struct Judge<'a> {
    structure: &'a Structure<'a>,
    lists: &'a Lists,
    habits: &'a Habits,
    /// The package that the article is about, where it is one.
    main: Option<lazaret_model::Package>,
    last: RefCell<Option<(Range<usize>, Rc<Said>)>>,
}

/// What a sentence says of the values in it.
struct Said {
    lower: String,
    benign: bool,
    malicious: bool,
    /// It speaks of an attack.
    ill: bool,
}

impl std::ops::Deref for Said {
    type Target = str;

    fn deref(&self) -> &str {
        &self.lower
    }
}

pattern!(ADDRESS, r"\bhttps?://[^\s)\]>]+");

impl<'a> Judge<'a> {
    pub(super) fn new(
        structure: &'a Structure<'a>,
        lists: &'a Lists,
        habits: &'a Habits,
        main: Option<lazaret_model::Package>,
    ) -> Self {
        Self {
            structure,
            lists,
            habits,
            main,
            last: RefCell::default(),
        }
    }

    /// Judges all mentions of packages, each by what stands around it, then by all
    /// that is said of its name.
    pub(super) fn packages(&self, packages: &[Named]) -> Vec<Judgement> {
        let mentions: Vec<&Named> = packages.iter().collect();
        let rows = rows(self.structure, &mentions);
        let mut judged: Vec<_> = packages
            .iter()
            .zip(&rows)
            .map(|(named, row)| self.package(named, row))
            .collect();
        weigh(packages, &mut judged);
        judged
    }

    /// Judges `candidate`, which stands at `at` in the article's text.
    pub(super) fn candidate(&self, candidate: &Candidate, at: usize) -> Judgement {
        let habits = self.habits;
        if !habits.grave && !habits.bare && !candidate.defanged && !self.listed(at) {
            return mentioned(PEACEFUL);
        }
        match candidate.kind {
            IndicatorKind::Domain => self.host(candidate, &candidate.value, at),
            IndicatorKind::Url => self.url(candidate, at),
            IndicatorKind::Ipv4 | IndicatorKind::Ipv6 => self.address(candidate, at),
            IndicatorKind::Email => self.email(candidate, at),
            IndicatorKind::Md5
            | IndicatorKind::Sha1
            | IndicatorKind::Sha256
            | IndicatorKind::Sha512 => self.digest(candidate, at),
            IndicatorKind::Record => mentioned("an identifier of a record"),
            IndicatorKind::FilePath => self.path(candidate, at),
            _ => self.worded(candidate, at),
        }
    }

    /// Judges what only words tell of.
    pub(super) fn spoken(&self, spoken: &Spoken) -> Judgement {
        let peaceful = !self.habits.grave && !self.habits.bare && !self.listed(spoken.range.start);
        match peaceful {
            true => mentioned(PEACEFUL),
            false => indicator(spoken.confidence, spoken.reason),
        }
    }

    /// What the sentence at a place says; the last one is kept, since values
    /// stand in lists.
    fn sentence(&self, at: usize) -> Rc<Said> {
        let range = self.structure.sentence_at(at);
        if let Some((known, said)) = &*self.last.borrow()
            && *known == range
        {
            return Rc::clone(said);
        }
        let mut lower = self.structure.article.text[range.clone()].to_lowercase();
        // What leads to code or to a list is said of what stands there.
        if let Some(lead) = self.structure.lead(at) {
            lower = format!("{} {lower}", lead.to_lowercase());
        }
        // What an address is called says nothing: "…/blog/malware-in-foo".
        let told = ADDRESS.replace_all(&lower, " ");
        let said = Rc::new(Said {
            benign: self.lists.benign.in_text(&lower),
            malicious: self.lists.malicious.in_text(&told),
            ill: self.lists.speaks_of_attack(&told),
            lower,
        });
        *self.last.borrow_mut() = Some((range, Rc::clone(&said)));
        said
    }

    fn listed(&self, at: usize) -> bool {
        self.structure.block_at(at).is_some_and(|index| {
            self.structure.in_indicator_section(index)
                && self.structure.block(index).is_some_and(|block| {
                    !matches!(block.kind, BlockKind::Paragraph | BlockKind::Code)
                        || block.kind == BlockKind::Code && !self.sentence(at).benign
                        || block.kind == BlockKind::Paragraph
                            && self.structure.article.text[block.range.clone()].len() < 300
                            && !self.sentence(at).benign
                })
        })
    }

    fn in_code(&self, at: usize) -> bool {
        self.structure
            .block_at(at)
            .and_then(|index| self.structure.block(index))
            .is_some_and(|block| block.kind == BlockKind::Code || block.is_code(at))
    }
}
