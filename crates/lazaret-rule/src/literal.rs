//! Texts that a regular expression cannot match without.

use regex_syntax::ast::{Ast, RepetitionKind, RepetitionRange, parse::ParserBuilder};

/// Alternatives kept, at most; an expression with more has to be tried.
const ALTERNATIVES: usize = 48;

/// A shorter text is found nearly everywhere.
const SHORTEST: usize = 2;

/// ASCII texts, one of which every match of `source` contains, in any letter
/// case; `None` where there are no such texts.
pub(crate) fn required(source: &str) -> Option<Vec<String>> {
    // The regex crate's own bound.
    let ast = ParserBuilder::new().nest_limit(250).build().parse(source);
    of(&ast.ok()?).filter(|texts| texts.iter().all(|text| text.len() >= SHORTEST))
}

fn of(ast: &Ast) -> Option<Vec<String>> {
    match ast {
        Ast::Literal(literal) if literal.c.is_ascii() => Some(vec![literal.c.to_string()]),
        Ast::Group(group) => of(&group.ast),
        Ast::Repetition(repetition) if at_least_once(&repetition.op.kind) => of(&repetition.ast),
        Ast::Alternation(alternation) => {
            let mut out = Vec::new();
            for part in &alternation.asts {
                out.extend(of(part)?);
                if out.len() > ALTERNATIVES {
                    return None;
                }
            }
            Some(out)
        }
        Ast::Concat(concat) => {
            let mut best = None;
            let mut run = String::new();
            for part in &concat.asts {
                match part {
                    Ast::Literal(literal) if literal.c.is_ascii() => run.push(literal.c),
                    // Of no width: what is around it touches.
                    Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => {}
                    other => {
                        best = better(best, whole(&mut run));
                        best = better(best, of(other));
                    }
                }
            }
            better(best, whole(&mut run))
        }
        _ => None,
    }
}

fn whole(run: &mut String) -> Option<Vec<String>> {
    (!run.is_empty()).then(|| vec![std::mem::take(run)])
}

/// The one whose shortest text is longer, up to where length stops to matter,
/// then the one of fewer texts.
fn better(left: Option<Vec<String>>, right: Option<Vec<String>>) -> Option<Vec<String>> {
    let worth = |texts: &Option<Vec<String>>| {
        let texts = texts.as_ref()?;
        let shortest = texts.iter().map(String::len).min()?;
        Some((shortest.min(8), std::cmp::Reverse(texts.len())))
    };
    if worth(&right) > worth(&left) {
        right
    } else {
        left
    }
}

fn at_least_once(kind: &RepetitionKind) -> bool {
    match kind {
        RepetitionKind::OneOrMore => true,
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => false,
        RepetitionKind::Range(
            RepetitionRange::Exactly(least)
            | RepetitionRange::AtLeast(least)
            | RepetitionRange::Bounded(least, _),
        ) => *least > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_expressions() {
        let texts = |source| required(source).unwrap_or_default().join(" ");
        assert_eq!(texts(r"\bcurl\b.*https?://"), "curl");
        assert_eq!(texts(r"(?:npm|pnpm)\s+(?:config|login)"), "config login");
        assert_eq!(
            texts(r"^(?:.*/)?\.github/workflows/[^/]*$"),
            ".github/workflows/"
        );
        assert_eq!(texts(r"(?:abcde)?defg+h"), "def");
        assert_eq!(texts(r"(?:token)*x"), "");
        assert_eq!(texts(r"secret|.*"), "");
        assert_eq!(texts(r"[aA]b"), "");
    }
}
