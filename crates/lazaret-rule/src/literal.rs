//! Texts that a regular expression cannot match without.

use regex_syntax::ast::{
    AssertionKind, Ast, ClassBracketed, ClassPerlKind, ClassSet, ClassSetItem, RepetitionKind,
    RepetitionRange, parse::ParserBuilder,
};

/// What is known of the characters at a text's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Edge {
    /// Nothing.
    #[default]
    Open,
    /// A word begins or ends there (`\b`).
    Word,
    /// White space is next to it, or the whole text's end.
    Space,
}

impl Edge {
    /// Whether it can be so between a text's last (or first) character and the
    /// one next to it. Of characters that are no ASCII it is not looked up.
    pub(crate) fn may_be(self, inner: u8, outer: Option<u8>) -> bool {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        match (self, outer) {
            (Self::Open, _) => true,
            (_, outer) if !inner.is_ascii() || outer.is_some_and(|o| !o.is_ascii()) => true,
            (Self::Word, outer) => outer.is_some_and(word) != word(inner),
            (Self::Space, outer) => outer.is_none_or(|b| b.is_ascii_whitespace() || b == 0x0b),
        }
    }
}

/// A text in the letter case of its source, and what is next to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Literal {
    pub text: String,
    pub before: Edge,
    pub after: Edge,
}

impl Literal {
    fn worth(&self) -> usize {
        worth(&self.text, self.before, self.after)
    }
}

/// What most paths and command lines have.
const COMMON: [&str; 32] = [
    "/usr",
    "/usr/",
    "/var",
    "/var/",
    "/lib",
    "/lib/",
    "/bin",
    "/bin/",
    "/etc",
    "/etc/",
    "/home",
    "/home/",
    "/users",
    "/users/",
    "/opt",
    "/opt/",
    "/tmp",
    "/tmp/",
    "/dev",
    "/dev/",
    "/library",
    "/library/",
    ".exe",
    "c:\\",
    ":\\",
    "\\windows",
    "\\windows\\",
    "windows",
    "system32",
    "\\users",
    "\\users\\",
    "program",
];

/// How seldom a text is found where it is not meant: twice its length, and
/// what its ends tell.
pub(crate) fn worth(text: &str, before: Edge, after: Edge) -> usize {
    let common = |c: char| r#"./\-_:"'=,"#.contains(c);
    let marks = text.contains(|c: char| c.is_ascii_punctuation() && !common(c));
    if text.len() == 1 && text.contains(common) {
        return 0;
    }
    if COMMON.iter().any(|c| c.eq_ignore_ascii_case(text)) {
        return LEAST;
    }
    let edge = |edge| match edge {
        Edge::Open => 0,
        Edge::Word => 1,
        Edge::Space => 2,
    };
    2 * text.len() + 2 * usize::from(marks) + edge(before) + edge(after)
}

/// Alternatives kept, at most; an expression with more has to be tried.
const ALTERNATIVES: usize = 400;

/// Texts that are put together from alternatives, at most.
const PRODUCTS: usize = 64;

/// What is worth less is found nearly everywhere.
const LEAST: usize = 4;

/// Characters of a class that are alternatives, at most.
const CLASS: usize = 16;

/// In texts that are being put together: `\b`, white space, `^` and `$`.
const WORD: char = '\u{0}';
const SPACE: char = '\u{1}';
const START: char = '\u{2}';
const END: char = '\u{3}';

/// Texts, one of which every match of `source` contains, in any letter
/// case; `None` where there are no such texts.
pub(crate) fn required(source: &str) -> Option<Vec<Literal>> {
    // The regex crate's own bound.
    let ast = ParserBuilder::new().nest_limit(250).build().parse(source);
    let texts = of(&ast.ok()?).texts()?;
    (texts.iter().all(|text| text.worth() >= LEAST)).then_some(texts)
}

/// What is known of a part.
enum Part {
    /// It matches one of these, and nothing else.
    Exact(Vec<String>),
    /// Every match begins with one of these, and ends with one.
    Ends(Vec<String>),
    /// Every match contains one of these.
    Inner(Option<Vec<Literal>>),
}

impl Part {
    fn one(text: impl Into<String>) -> Self {
        Self::Exact(vec![text.into()])
    }

    fn texts(self) -> Option<Vec<Literal>> {
        match self {
            Self::Exact(texts) | Self::Ends(texts) => literals(&texts),
            Self::Inner(texts) => texts,
        }
    }
}

fn of(ast: &Ast) -> Part {
    match ast {
        Ast::Literal(literal) if plain(literal.c) => Part::one(literal.c),
        Ast::Empty(_) | Ast::Flags(_) => Part::one(""),
        Ast::Assertion(assertion) => match assertion.kind {
            AssertionKind::WordBoundary => Part::one(WORD),
            AssertionKind::StartText | AssertionKind::StartLine => Part::one(START),
            AssertionKind::EndText | AssertionKind::EndLine => Part::one(END),
            _ => Part::one(""),
        },
        Ast::ClassPerl(class) if class.kind == ClassPerlKind::Space && !class.negated => {
            Part::one(SPACE)
        }
        Ast::ClassBracketed(class) => match members(class) {
            Some(texts) => Part::Exact(texts),
            None => Part::Inner(None),
        },
        Ast::Group(group) => of(&group.ast),
        Ast::Repetition(repetition) => repeated(&repetition.op.kind, of(&repetition.ast)),
        Ast::Alternation(alternation) => any(&alternation.asts),
        Ast::Concat(concat) => all(&concat.asts),
        _ => Part::Inner(None),
    }
}

/// Whether a character is itself in any letter case, but for ASCII.
fn plain(c: char) -> bool {
    c > END && (c.is_ascii() || !c.is_alphabetic())
}

/// The characters of a small class.
fn members(class: &ClassBracketed) -> Option<Vec<String>> {
    let ClassSet::Item(item) = &class.kind else {
        return None;
    };
    let items = match item {
        ClassSetItem::Union(union) => union.items.as_slice(),
        item => std::slice::from_ref(item),
    };
    let mut out = Vec::new();
    for item in items {
        match item {
            ClassSetItem::Literal(literal) if plain(literal.c) => out.push(literal.c.to_string()),
            ClassSetItem::Range(range) if plain(range.start.c) && plain(range.end.c) => {
                out.extend(
                    (range.start.c..=range.end.c)
                        .take(CLASS + 1)
                        .map(String::from),
                );
            }
            _ => return None,
        }
    }
    (!class.negated && out.len() <= CLASS).then_some(out)
}

fn repeated(kind: &RepetitionKind, part: Part) -> Part {
    let least = match kind {
        RepetitionKind::OneOrMore => 1,
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => 0,
        RepetitionKind::Range(
            RepetitionRange::Exactly(least)
            | RepetitionRange::AtLeast(least)
            | RepetitionRange::Bounded(least, _),
        ) => *least,
    };
    let once = matches!(kind, RepetitionKind::ZeroOrOne);
    match part {
        // However much white space there is, it is at both ends.
        Part::Exact(mut texts) if once || texts.iter().all(|t| t.chars().eq([SPACE])) => {
            if least == 0 {
                texts.push(String::new());
            }
            Part::Exact(texts)
        }
        Part::Exact(texts) if least > 0 => match texts.as_slice() {
            [text] => Part::Ends(vec![text.repeat(least.min(8) as usize)]),
            _ => Part::Ends(texts),
        },
        part if least > 0 => Part::Inner(part.texts()),
        _ => Part::Inner(None),
    }
}

fn any(asts: &[Ast]) -> Part {
    let mut exact = Some(Vec::new());
    let mut inner = Some(Vec::new());
    for ast in asts {
        let part = of(ast);
        match (&mut exact, &part) {
            (Some(all), Part::Exact(texts)) => all.extend_from_slice(texts),
            (exact, _) => *exact = None,
        }
        match (&mut inner, part.texts()) {
            (Some(all), Some(texts)) => all.extend(texts),
            (inner, _) => *inner = None,
        }
    }
    match exact.filter(|texts| texts.len() <= ALTERNATIVES) {
        Some(texts) => Part::Exact(texts),
        None => Part::Inner(inner.filter(|texts| texts.len() <= ALTERNATIVES)),
    }
}

fn all(asts: &[Ast]) -> Part {
    let mut whole = true;
    let mut best = None;
    // What the parts since the last that is not exact match.
    let mut run = vec![String::new()];
    for ast in asts {
        let next = match of(ast) {
            Part::Exact(texts) if run.len() * texts.len() <= PRODUCTS => {
                run = products(&run, &texts);
                continue;
            }
            Part::Exact(texts) => texts,
            Part::Ends(texts) => {
                if run.len() * texts.len() <= PRODUCTS {
                    run = products(&run, &texts);
                }
                texts
            }
            Part::Inner(texts) => {
                best = better(best, texts);
                vec![String::new()]
            }
        };
        whole = false;
        best = better(best, literals(&run));
        run = next;
    }
    if whole {
        return Part::Exact(run);
    }
    Part::Inner(better(best, literals(&run)))
}

fn products(left: &[String], right: &[String]) -> Vec<String> {
    let of = |a: &String| {
        right
            .iter()
            .map(move |b| format!("{a}{b}"))
            .collect::<Vec<_>>()
    };
    left.iter().flat_map(of).collect()
}

/// The most telling piece of each text; `None` where one has none.
fn literals(texts: &[String]) -> Option<Vec<Literal>> {
    let mut out: Vec<Literal> = texts
        .iter()
        .map(|text| piece(text))
        .collect::<Option<_>>()?;
    out.sort_unstable();
    out.dedup();
    Some(out)
}

fn piece(text: &str) -> Option<Literal> {
    let mut best: Option<Literal> = None;
    let mut before = Edge::Open;
    for part in text.split_inclusive([SPACE, START, END]) {
        let (inner, mark) = match part.char_indices().next_back() {
            Some((at, mark @ (SPACE | START | END))) => (part.get(..at)?, Some(mark)),
            _ => (part, None),
        };
        let edge = |known, word| match (known, word) {
            (Edge::Open, true) => Edge::Word,
            (known, _) => known,
        };
        let after = match mark {
            Some(SPACE | END) => Edge::Space,
            _ => Edge::Open,
        };
        let literal = Literal {
            text: inner.chars().filter(|c| *c != WORD).collect(),
            before: edge(before, inner.starts_with(WORD)),
            after: edge(after, inner.ends_with(WORD)),
        };
        before = match mark {
            Some(SPACE | START) => Edge::Space,
            _ => Edge::Open,
        };
        let better = best
            .as_ref()
            .is_none_or(|best| literal.worth() > best.worth());
        if !literal.text.is_empty() && better {
            best = Some(literal);
        }
    }
    best
}

/// The one whose least telling text tells more, up to where that stops to
/// matter, then the one of fewer texts.
fn better(left: Option<Vec<Literal>>, right: Option<Vec<Literal>>) -> Option<Vec<Literal>> {
    let worth = |texts: &Option<Vec<Literal>>| {
        let texts = texts.as_ref()?;
        let least = texts.iter().map(Literal::worth).min()?;
        Some((least.min(16), std::cmp::Reverse(texts.len())))
    };
    if worth(&right) > worth(&left) {
        right
    } else {
        left
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_of_expressions() {
        let shown = |literal: &Literal| {
            let edge = |edge| match edge {
                Edge::Open => "",
                Edge::Word => "|",
                Edge::Space => "_",
            };
            format!(
                "{}{}{}",
                edge(literal.before),
                literal.text,
                edge(literal.after)
            )
        };
        let texts = |source| {
            let texts = required(source).unwrap_or_default();
            texts.iter().map(shown).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(texts(r"\bcurl\b.*https?://"), "http:// https://");
        assert_eq!(texts(r"(?:npm|pnpm)\s+(?:config|login)"), "_config _login");
        assert_eq!(
            texts(r"^(?:.*/)?\.github/workflows/[^/]*$"),
            ".github/workflows/"
        );
        assert_eq!(texts(r"(?:abcde)?defg+h"), "abcdedefg defg");
        assert_eq!(texts(r"(?:token)*x"), "");
        assert_eq!(texts(r"secret|.*"), "");
        assert_eq!(texts(r"[aA]b"), "Ab ab");
        assert_eq!(texts(r"\brm\b"), "|rm|");
        assert_eq!(texts(r"(?:^|\s)-o\s+\S+"), "_-o_");
        assert_eq!(texts(r"/\s+/"), "");
        assert_eq!(texts(r"/ +/"), "/ ");
        assert_eq!(texts(r"/\.{3,}x?/"), "/...");
        assert_eq!(texts(r"^\["), "_[");
        assert_eq!(texts("\u{202e}"), "\u{202e}");
        assert_eq!(texts(r"a\b-b\S"), "a-b");
        assert_eq!(texts(r"[\s;]x"), "");
    }

    proptest! {
        /// Where an expression is found, one of its texts is, with its edges.
        #[test]
        fn what_matches_has_a_text(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    r"\b", r"\B", r"\w", r"\s", r"\s*", r"\s+", ".", "[ab]", "[^a]", "[a-c]", "a", "b", "ab", "-",
                    "(?:a|-)", "(?:ab|c|)", "(?:^|\\s)", "(?:\\s|$)", "^", "$", "a?", "b+", "(?:ab){2}", "(?:ab|-){2,}", "b{2,3}", "(?i)A", "(?m)",
                ]),
                1..7,
            ),
            text in "[ab\\- \n\u{e9}\u{a0}]{0,10}",
        ) {
            let source = parts.concat();
            let (Ok(regex), Some(literals)) = (regex::Regex::new(&source), required(&source)) else {
                return Ok(());
            };
            let lower = text.to_ascii_lowercase();
            let has = |literal: &Literal| {
                let wanted = literal.text.to_ascii_lowercase();
                let outer = |at: Option<usize>| at.and_then(|at| lower.as_bytes().get(at).copied());
                (0..lower.len()).any(|at| {
                    let here = lower.get(at..).is_some_and(|rest| rest.starts_with(&wanted));
                    let ends = wanted.bytes().next().zip(wanted.bytes().last());
                    here && ends.is_some_and(|(first, last)| {
                        literal.before.may_be(first, outer(at.checked_sub(1)))
                            && literal.after.may_be(last, outer(Some(at + wanted.len())))
                    })
                })
            };
            if regex.is_match(&text) {
                prop_assert!(literals.iter().any(has), "{source} in {text:?}: {literals:?}");
            }
        }
    }
}
