//! One test of one field, compiled.

use std::{net::IpAddr, sync::OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use crate::{
    FieldValue, Fields, RuleError,
    modifier::Compare,
    pattern::{Expression, Pattern},
};

/// A set of texts, any or all of which must be found.
#[derive(Debug)]
pub(crate) struct Texts {
    pub exact: Vec<String>,
    pub prefix: Vec<String>,
    pub suffix: Vec<String>,
    pub contains: Vec<String>,
    pub regex: Vec<Expression>,
    /// Of `contains`; built when first used.
    automaton: OnceLock<Option<AhoCorasick>>,
    pub all: bool,
    pub cased: bool,
}

impl Texts {
    pub(crate) fn new(patterns: impl IntoIterator<Item = Pattern>, all: bool, cased: bool) -> Self {
        let mut texts = Self {
            exact: Vec::new(),
            prefix: Vec::new(),
            suffix: Vec::new(),
            contains: Vec::new(),
            regex: Vec::new(),
            automaton: OnceLock::new(),
            all,
            cased,
        };
        for pattern in patterns {
            match pattern {
                Pattern::Exact(text) => texts.exact.push(text),
                Pattern::Prefix(text) => texts.prefix.push(text),
                Pattern::Suffix(text) => texts.suffix.push(text),
                Pattern::Contains(text) => texts.contains.push(text),
                Pattern::Regex(regex) => texts.regex.push(regex),
            }
        }
        texts
    }

    /// Compiles what is compiled at first use.
    pub(crate) fn check(&self) -> Result<(), RuleError> {
        self.regex.iter().try_for_each(Expression::check)?;
        if !self.contains.is_empty() && self.automaton().is_none() {
            return Err(RuleError::new("", "the texts are too long to search for"));
        }
        Ok(())
    }

    /// None where nothing has to be contained.
    fn automaton(&self) -> Option<&AhoCorasick> {
        if self.contains.is_empty() {
            return None;
        }
        let build = || {
            AhoCorasickBuilder::new()
                .ascii_case_insensitive(!self.cased)
                .build(&self.contains)
                .ok()
        };
        self.automaton.get_or_init(build).as_ref()
    }

    fn same(&self, left: &str, right: &str) -> bool {
        if self.cased {
            left == right
        } else {
            left.eq_ignore_ascii_case(right)
        }
    }

    fn starts(&self, text: &str, start: &str) -> bool {
        text.as_bytes()
            .get(..start.len())
            .is_some_and(|head| self.same_bytes(head, start.as_bytes()))
    }

    fn ends(&self, text: &str, end: &str) -> bool {
        text.len()
            .checked_sub(end.len())
            .and_then(|at| text.as_bytes().get(at..))
            .is_some_and(|tail| self.same_bytes(tail, end.as_bytes()))
    }

    fn same_bytes(&self, left: &[u8], right: &[u8]) -> bool {
        if self.cased {
            left == right
        } else {
            left.eq_ignore_ascii_case(right)
        }
    }

    /// Whether the text has what is asked for.
    pub(crate) fn matches(&self, text: &str) -> bool {
        if self.all {
            self.exact.iter().all(|want| self.same(text, want))
                && self.prefix.iter().all(|want| self.starts(text, want))
                && self.suffix.iter().all(|want| self.ends(text, want))
                && self.regex.iter().all(|want| want.is_match(text))
                && self.contains_all(text)
        } else {
            self.exact.iter().any(|want| self.same(text, want))
                || self.prefix.iter().any(|want| self.starts(text, want))
                || self.suffix.iter().any(|want| self.ends(text, want))
                || self.automaton().is_some_and(|found| found.is_match(text))
                || self.regex.iter().any(|want| want.is_match(text))
        }
    }

    fn contains_all(&self, text: &str) -> bool {
        let Some(automaton) = self.automaton() else {
            return self.contains.is_empty();
        };
        let mut missing = vec![true; self.contains.len()];
        let mut left = missing.len();
        for found in automaton.find_overlapping_iter(text) {
            if let Some(flag) = missing.get_mut(found.pattern().as_usize())
                && std::mem::take(flag)
            {
                left -= 1;
                if left == 0 {
                    return true;
                }
            }
        }
        left == 0
    }

    /// Whether each of the wanted texts is found in some element of a list.
    fn matches_list(&self, list: &[std::borrow::Cow<'_, str>]) -> bool {
        if !self.all {
            return list.iter().any(|text| self.matches(text));
        }
        let any = |test: &dyn Fn(&str) -> bool| list.iter().any(|text| test(text));
        self.exact
            .iter()
            .all(|want| any(&|text| self.same(text, want)))
            && self
                .prefix
                .iter()
                .all(|want| any(&|text| self.starts(text, want)))
            && self
                .suffix
                .iter()
                .all(|want| any(&|text| self.ends(text, want)))
            && self
                .regex
                .iter()
                .all(|want| any(&|text| want.is_match(text)))
            && self.contains_all(&list.join("\n"))
    }
}

/// A network in CIDR notation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(whole);
        (bits <= whole).then_some(Self { address, bits })
    }

    fn contains(&self, text: &str) -> bool {
        let Ok(other) = text.trim().parse::<IpAddr>() else {
            return false;
        };
        let shifted =
            |value: u128, width: u32| value.checked_shr(width - u32::from(self.bits)).unwrap_or(0);
        match (self.address, other) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                shifted(u128::from(a.to_bits()), 32) == shifted(u128::from(b.to_bits()), 32)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                shifted(a.to_bits(), 128) == shifted(b.to_bits(), 128)
            }
            _ => false,
        }
    }
}

/// What a field must be.
#[derive(Debug)]
pub(crate) enum Matcher {
    Texts(Texts),
    Networks(Vec<Network>),
    Exists(bool),
    Number(Compare, f64),
    Entropy(Compare, f64),
    Length(Compare, f64),
    /// Absent, null or (as in Sigma) empty.
    Null,
    Same(String),
}

impl Matcher {
    pub(crate) fn matches(&self, value: Option<&FieldValue<'_>>, fields: &dyn Fields) -> bool {
        match self {
            Self::Exists(wanted) => value.is_some() == *wanted,
            Self::Null => value.is_none_or(|value| match value {
                FieldValue::Null => true,
                FieldValue::Text(text) => text.is_empty(),
                FieldValue::List(list) => list.is_empty(),
                FieldValue::Number(_) | FieldValue::Bool(_) => false,
            }),
            _ => value.is_some_and(|value| self.matches_value(value, fields)),
        }
    }

    fn matches_value(&self, value: &FieldValue<'_>, fields: &dyn Fields) -> bool {
        match self {
            Self::Texts(texts) => match value {
                FieldValue::List(list) => texts.matches_list(list),
                other => other.any_text(&mut |text| texts.matches(text)),
            },
            Self::Networks(networks) => {
                value.any_text(&mut |text| networks.iter().any(|network| network.contains(text)))
            }
            Self::Number(compare, limit) => value
                .number()
                .is_some_and(|number| holds(*compare, number, *limit)),
            Self::Entropy(compare, limit) => {
                value.any_text(&mut |text| holds(*compare, crate::entropy(text.as_bytes()), *limit))
            }
            Self::Length(compare, limit) => match value {
                FieldValue::List(list) => holds(*compare, list.len() as f64, *limit),
                other => other.any_text(&mut |text| holds(*compare, text.len() as f64, *limit)),
            },
            Self::Same(field) => fields.get(field).is_some_and(|other| {
                value.any_text(&mut |left| {
                    other.any_text(&mut |right| left.eq_ignore_ascii_case(right))
                })
            }),
            Self::Exists(_) | Self::Null => false,
        }
    }
}

fn holds(compare: Compare, left: f64, right: f64) -> bool {
    match compare {
        Compare::Less => left < right,
        Compare::LessEqual => left <= right,
        Compare::Greater => left > right,
        Compare::GreaterEqual => left >= right,
    }
}
