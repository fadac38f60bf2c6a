//! Conditions over selections: `a and not (b or 1 of c*)`.

use crate::RuleError;

/// Nested parentheses beyond this are refused.
const DEPTH: usize = 64;

/// How many of a group must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// At least so many.
    AtLeast(usize),
    /// Every one.
    All,
}

/// A parsed condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A selection by name.
    Name(String),
    /// `1 of name*`, `all of them`, with the names it stands for.
    Group(Quantity, Vec<String>),
    /// Both.
    And(Vec<Condition>),
    /// Either.
    Or(Vec<Condition>),
    /// Not.
    Not(Box<Condition>),
}

impl Condition {
    /// Parses a condition over these selections. Selections whose name starts
    /// with `_` are not part of `them` (Sigma specification).
    pub fn parse(text: &str, names: &[&str]) -> Result<Self, RuleError> {
        let tokens = tokens(text);
        let mut parser = Parser {
            tokens: &tokens,
            at: 0,
            names,
            depth: 0,
        };
        let condition = parser.or()?;
        match parser.peek() {
            None => Ok(condition),
            Some(token) => Err(parser.error(format!("`{token}` was not expected here"))),
        }
    }

    /// Its truth, given that of each selection.
    pub fn eval(&self, holds: &mut dyn FnMut(&str) -> bool) -> bool {
        match self {
            Self::Name(name) => holds(name),
            Self::Group(Quantity::All, names) => names.iter().all(|name| holds(name)),
            Self::Group(Quantity::AtLeast(count), names) => {
                let mut left = *count;
                left == 0
                    || names.iter().any(|name| {
                        if holds(name) {
                            left = left.saturating_sub(1);
                        }
                        left == 0
                    })
            }
            Self::And(parts) => parts.iter().all(|part| part.eval(holds)),
            Self::Or(parts) => parts.iter().any(|part| part.eval(holds)),
            Self::Not(part) => !part.eval(holds),
        }
    }

    /// Whether it can hold where only some selections are known: what has not
    /// been asked yet need not be where it cannot.
    pub fn may_hold(&self, known: &dyn Fn(&str) -> Option<bool>) -> bool {
        self.possible(known).0
    }

    /// Whether it can be true, and whether it can be false.
    fn possible(&self, known: &dyn Fn(&str) -> Option<bool>) -> (bool, bool) {
        let name = |name: &String| {
            let truth = known(name);
            (truth != Some(false), truth != Some(true))
        };
        match self {
            Self::Name(one) => name(one),
            Self::Group(quantity, names) => {
                let least = match quantity {
                    Quantity::All => names.len(),
                    Quantity::AtLeast(count) => *count,
                };
                let possible: Vec<_> = names.iter().map(name).collect();
                let open = possible.iter().filter(|(yes, _)| *yes).count();
                let certain = possible.iter().filter(|(_, no)| !*no).count();
                (open >= least, certain < least)
            }
            Self::And(parts) => parts.iter().fold((true, false), |(yes, no), part| {
                let part = part.possible(known);
                (yes && part.0, no || part.1)
            }),
            Self::Or(parts) => parts.iter().fold((false, true), |(yes, no), part| {
                let part = part.possible(known);
                (yes || part.0, no && part.1)
            }),
            Self::Not(part) => {
                let (yes, no) = part.possible(known);
                (no, yes)
            }
        }
    }

    /// The selections that count towards it when true, not those negated.
    pub fn positive_names<'a>(&'a self, out: &mut Vec<&'a str>) {
        match self {
            Self::Name(name) => out.push(name),
            Self::Group(_, names) => out.extend(names.iter().map(String::as_str)),
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().for_each(|part| part.positive_names(out));
            }
            Self::Not(_) => {}
        }
    }
}

fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() || matches!(c, '(' | ')') {
            if let Some(from) = start.take() {
                out.push(&text[from..at]);
            }
            if !c.is_whitespace() {
                out.push(&text[at..at + 1]);
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if let Some(from) = start {
        out.push(&text[from..]);
    }
    out
}

struct Parser<'a> {
    tokens: &'a [&'a str],
    at: usize,
    names: &'a [&'a str],
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).copied()
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self
            .peek()
            .is_some_and(|token| token.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn error(&self, message: impl Into<String>) -> RuleError {
        RuleError::new(format!("condition, word {}", self.at + 1), message)
    }

    fn or(&mut self) -> Result<Condition, RuleError> {
        let mut parts = vec![self.and()?];
        while self.word("or") {
            parts.push(self.and()?);
        }
        Ok(single(parts, Condition::Or))
    }

    fn and(&mut self) -> Result<Condition, RuleError> {
        let mut parts = vec![self.not()?];
        while self.word("and") {
            parts.push(self.not()?);
        }
        Ok(single(parts, Condition::And))
    }

    fn not(&mut self) -> Result<Condition, RuleError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.error("nested too deep"));
        }
        let out = if self.word("not") {
            Condition::Not(Box::new(self.not()?))
        } else {
            self.primary()?
        };
        self.depth -= 1;
        Ok(out)
    }

    fn primary(&mut self) -> Result<Condition, RuleError> {
        if self.word("(") {
            let inner = self.or()?;
            if !self.word(")") {
                return Err(self.error("a `)` is missing"));
            }
            return Ok(inner);
        }
        let token = self
            .peek()
            .ok_or_else(|| self.error("the condition ends too early"))?;
        let of_follows = self
            .tokens
            .get(self.at + 1)
            .is_some_and(|next| next.eq_ignore_ascii_case("of"));
        if of_follows {
            let quantity = match token {
                all if all.eq_ignore_ascii_case("all") => Quantity::All,
                any if any.eq_ignore_ascii_case("any") => Quantity::AtLeast(1),
                count => Quantity::AtLeast(
                    count
                        .parse()
                        .map_err(|_| self.error("write `1 of …`, `any of …` or `all of …`"))?,
                ),
            };
            self.at += 2;
            let pattern = self
                .peek()
                .ok_or_else(|| self.error("`of` needs a name, a name with `*`, or `them`"))?;
            let names = self.group(pattern)?;
            self.at += 1;
            return Ok(Condition::Group(quantity, names));
        }
        if !self.names.contains(&token) {
            return Err(self.error(format!(
                "there is no selection `{token}`; there are: {}",
                self.names.join(", ")
            )));
        }
        self.at += 1;
        Ok(Condition::Name(token.to_owned()))
    }

    fn group(&self, pattern: &str) -> Result<Vec<String>, RuleError> {
        let wanted = |name: &str| {
            if pattern.eq_ignore_ascii_case("them") {
                return !name.starts_with('_');
            }
            let mut parts = pattern.split('*');
            let first = parts.next().unwrap_or_default();
            let Some(mut rest) = name.strip_prefix(first) else {
                return false;
            };
            if !pattern.contains('*') {
                return rest.is_empty();
            }
            let mut ends_open = true;
            for part in parts {
                ends_open = part.is_empty();
                match rest.find(part) {
                    Some(at) => rest = &rest[at + part.len()..],
                    None => return false,
                }
            }
            ends_open || rest.is_empty()
        };
        let names: Vec<String> = self
            .names
            .iter()
            .filter(|name| wanted(name))
            .map(|name| (*name).to_owned())
            .collect();
        if names.is_empty() {
            return Err(self.error(format!("no selection is called `{pattern}`")));
        }
        Ok(names)
    }
}

fn single(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            join(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(text: &str, true_names: &[&str]) -> bool {
        let names = ["a", "b", "c1", "c2", "_d"];
        Condition::parse(text, &names)
            .unwrap()
            .eval(&mut |name| true_names.contains(&name))
    }

    #[test]
    fn operators_bind_as_in_the_specification() {
        assert!(eval("a or b and c1", &["a"]));
        assert!(!eval("(a or b) and c1", &["a"]));
        assert!(eval("not a and b", &["b"]));
        assert!(!eval("not (a or b)", &["b"]));
        assert!(eval("1 of c*", &["c2"]));
        assert!(!eval("2 of c*", &["c2"]));
        assert!(eval("all of c* and NOT a", &["c1", "c2"]));
        assert!(eval("all of them", &["a", "b", "c1", "c2"]));
    }

    #[test]
    fn what_is_not_known_yet_may_hold() {
        let may = |text: &str, known: &[(&str, bool)]| {
            let names = ["a", "b", "c1", "c2"];
            let truth = |name: &str| known.iter().find(|(n, _)| *n == name).map(|(_, t)| *t);
            Condition::parse(text, &names).unwrap().may_hold(&truth)
        };
        assert!(may("a and b", &[("a", true)]));
        assert!(!may("a and b", &[("a", false)]));
        assert!(may("a or b", &[("a", false)]));
        assert!(!may("a and not b", &[("b", true)]));
        assert!(may("a and not b", &[]));
        assert!(!may("2 of c*", &[("c1", false)]));
        assert!(!may("not all of c*", &[("c1", true), ("c2", true)]));
        assert!(may("not all of c*", &[("c1", true)]));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let error = Condition::parse("a and z", &["a"]).unwrap_err();
        assert_eq!(error.place, "condition, word 3");
        assert!(error.message.contains("no selection `z`"), "{error}");
        for text in ["", "a and", "(a", "a)", "1 of", "x of a", "1 of q*"] {
            assert!(Condition::parse(text, &["a"]).is_err(), "{text}");
        }
        let deep = "(".repeat(5000);
        assert!(Condition::parse(&deep, &["a"]).is_err());
    }
}
