//! What a test can come to where only some fields are known.

use crate::{Fields, matcher::Matcher, selection::Node};

/// Whether something can be true, and whether it can be false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Possible {
    pub yes: bool,
    pub no: bool,
}

impl Possible {
    /// Nothing is known.
    const OPEN: Self = Self {
        yes: true,
        no: true,
    };

    /// It is known.
    pub(crate) fn of(truth: bool) -> Self {
        Self {
            yes: truth,
            no: !truth,
        }
    }

    pub(crate) fn not(self) -> Self {
        Self {
            yes: self.no,
            no: self.yes,
        }
    }

    pub(crate) fn all(parts: impl Iterator<Item = Self>) -> Self {
        parts.fold(Self::of(true), |whole, part| Self {
            yes: whole.yes && part.yes,
            no: whole.no || part.no,
        })
    }

    pub(crate) fn any(parts: impl Iterator<Item = Self>) -> Self {
        parts.fold(Self::of(false), |whole, part| Self {
            yes: whole.yes || part.yes,
            no: whole.no && part.no,
        })
    }
}

impl Node {
    /// What it can come to where the fields that `known` is true of have the
    /// values of `fields`, and the others any.
    pub(crate) fn possible(&self, fields: &dyn Fields, known: &dyn Fn(&str) -> bool) -> Possible {
        match self {
            Self::All(nodes) => Possible::all(nodes.iter().map(|n| n.possible(fields, known))),
            Self::Any(nodes) => Possible::any(nodes.iter().map(|n| n.possible(fields, known))),
            Self::Not(node) => node.possible(fields, known).not(),
            Self::Test { field, matcher } => {
                let other_known = match matcher {
                    Matcher::Same(other) => known(other),
                    _ => true,
                };
                if other_known && known(field) {
                    Possible::of(self.matches(fields))
                } else {
                    Possible::OPEN
                }
            }
            Self::Keywords(_) => Possible::OPEN,
        }
    }
}
