//! Redirections, here-documents and here-strings.

use crate::ir::{Expr, ExprId, Redirect, Span};

use super::{Parser, word::Pieces};

const OPERATORS: [&str; 10] = ["&>>", "&>", "<<<", "<<", "<>", "<&", ">>", ">&", ">|", "<"];

impl Parser<'_> {
    /// A redirection where one stands here.
    pub(super) fn redirect(&mut self, out: &mut Vec<Redirect>, input: &mut Option<ExprId>) -> bool {
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        // `{fd}>file` names the descriptor.
        let named = if rest.starts_with('{') {
            rest.find('}')
                .filter(|close| {
                    rest.get(1..*close).is_some_and(|n| {
                        !n.is_empty() && n.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
                    }) && matches!(rest.as_bytes().get(close + 1), Some(b'<' | b'>'))
                })
                .map_or(0, |close| close + 1)
        } else {
            0
        };
        let skipped = digits.max(named);
        let after = rest.get(skipped..).unwrap_or("");
        let operator = OPERATORS
            .iter()
            .find(|op| after.starts_with(**op))
            .copied()
            .or_else(|| after.starts_with('>').then_some(">"));
        let Some(operator) = operator else {
            return false;
        };
        let follows = after.as_bytes().get(operator.len());
        if operator.starts_with('&') && skipped > 0 {
            return false;
        }
        if matches!(operator, "<" | ">") && follows == Some(&b'(') {
            return false;
        }
        let descriptor = rest.get(..digits).and_then(|d| d.parse().ok());
        self.pos += skipped + operator.len();
        match operator {
            "<<<" => {
                self.blanks();
                *input = Some(self.single_word());
            }
            "<<" => *input = Some(self.heredoc()),
            _ => {
                self.blanks();
                let target = self.single_word();
                let default = match operator.as_bytes().first() {
                    Some(b'&') => -1,
                    Some(b'<') => 0,
                    _ => 1,
                };
                let operator = self.b.sym(operator);
                out.push(Redirect {
                    operator,
                    descriptor: descriptor.unwrap_or(default),
                    target,
                });
            }
        }
        true
    }

    /// After `<<`: the delimiter; the text stands after the line.
    fn heredoc(&mut self) -> ExprId {
        let start = self.pos;
        let tabs = self.eat("-");
        self.blanks();
        let rest = self.rest();
        let length = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '<' | '>' | ')'))
            .unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or("");
        self.pos += length;
        let quoted = word.contains(['\'', '"', '\\']);
        let delimiter: String = word
            .chars()
            .filter(|c| !matches!(c, '\'' | '"' | '\\'))
            .collect();
        let (line_end, from) = match self.heredocs {
            Some(pending) => pending,
            None => match self.rest().find('\n') {
                Some(at) => (self.pos + at, self.pos + at + 1),
                None => {
                    let span = self.span(start);
                    return self.b.str("", span);
                }
            },
        };
        let body = self.src.get(from..self.end).unwrap_or("");
        let mut offset = 0;
        let mut close = body.len();
        let mut next = body.len();
        for line in body.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            let bare = if tabs {
                bare.trim_start_matches('\t')
            } else {
                bare
            };
            if bare == delimiter {
                close = offset;
                next = offset + line.len();
                break;
            }
            offset += line.len();
        }
        // The line end before the next statement is kept.
        self.heredocs = Some((line_end, from + next));
        let text = body.get(..close).unwrap_or("");
        let span = Span {
            start: from as u32,
            end: (from + close) as u32,
        };
        if quoted || !text.contains(['$', '`', '\\']) {
            let stripped: String = if tabs {
                text.split_inclusive('\n')
                    .map(|l| l.trim_start_matches('\t'))
                    .collect()
            } else {
                text.to_owned()
            };
            return self.b.str(&stripped, span);
        }
        let end = from + close;
        self.nested(|p| {
            p.within(from, end, |p| {
                let mut pieces = Pieces::default();
                while p.peek().is_some() {
                    p.quoted_piece(&mut pieces, from, false);
                }
                p.joined(pieces, from)
            })
        })
        .unwrap_or_else(|| self.unknown(Vec::new(), span))
    }

    /// Redirections of a compound command or a function call: output goes
    /// through a `cat` that has them.
    pub(super) fn redirected(
        &mut self,
        expr: ExprId,
        input: Option<ExprId>,
        redirects: Vec<Redirect>,
        span: Span,
    ) -> ExprId {
        if redirects.is_empty() && input.is_none() {
            return expr;
        }
        let cat = self.b.str("cat", span);
        let (into, from): (Vec<_>, Vec<_>) = redirects
            .into_iter()
            .partition(|r| !self.b.unit().name(r.operator).starts_with('<'));
        let mut parts = Vec::new();
        if input.is_some() || !from.is_empty() {
            parts.push(self.b.expr(
                Expr::Command {
                    words: vec![cat],
                    input,
                    redirects: from,
                },
                span,
            ));
        }
        parts.push(expr);
        if !into.is_empty() {
            parts.push(self.b.expr(
                Expr::Command {
                    words: vec![cat],
                    input: None,
                    redirects: into,
                },
                span,
            ));
        }
        self.b.expr(Expr::Pipe(parts), span)
    }
}
