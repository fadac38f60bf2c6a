//! Search expressions. `OR` binds tighter than the implied `AND`.

use crate::{
    error::{Class, Diagnostic},
    spl::{
        ast::{Comparison, Name, Search},
        scan::{Cursor, Parsed},
    },
};

/// Words at which a search expression within another command ends.
pub(super) type Stops<'s> = &'s [&'s str];

/// What an undefined macro is written as by the expansion.
pub(in crate::spl) const SOURCE: &str = "lazaret_undefined_macro";

/// A whole search expression.
pub(super) fn search(cursor: &mut Cursor<'_>, stops: Stops<'_>) -> Parsed<Search> {
    cursor.deeper()?;
    let mut all = Vec::new();
    loop {
        while cursor.eat(",") {}
        if cursor.ended() || cursor.peek() == Some(')') || stops.iter().any(|s| cursor.sees(s)) {
            break;
        }
        if !all.is_empty() && cursor.word("AND") {
            continue;
        }
        all.push(any(cursor)?);
    }
    cursor.depth -= 1;
    Ok(match all.len() {
        0 => Search::All,
        1 => all.remove(0),
        _ => Search::And(all),
    })
}

fn any(cursor: &mut Cursor<'_>) -> Parsed<Search> {
    let mut any = vec![negated(cursor)?];
    while cursor.word("OR") {
        any.push(negated(cursor)?);
    }
    Ok(if any.len() == 1 {
        any.remove(0)
    } else {
        Search::Or(any)
    })
}

fn negated(cursor: &mut Cursor<'_>) -> Parsed<Search> {
    if cursor.word("NOT") {
        cursor.deeper()?;
        let inner = negated(cursor)?;
        cursor.depth -= 1;
        return Ok(Search::Not(Box::new(inner)));
    }
    single(cursor)
}

fn single(cursor: &mut Cursor<'_>) -> Parsed<Search> {
    match cursor.peek() {
        Some('(') => {
            cursor.expect("(")?;
            let inner = search(cursor, &[])?;
            cursor.expect(")")?;
            Ok(inner)
        }
        Some('[') => {
            let start = cursor.at;
            let inner = super::bracket(cursor)?;
            Ok(Search::Sub(Box::new(inner), start..cursor.at))
        }
        Some('"' | '\'') => {
            let start = cursor.at;
            let text = cursor.quoted()?;
            let name = Name {
                text,
                span: start..cursor.at,
            };
            compared(cursor, name, true)
        }
        Some(_) => {
            for wrapper in ["CASE", "TERM"] {
                let back = cursor.at;
                if cursor.word(wrapper) && cursor.rest().starts_with('(') {
                    cursor.expect("(")?;
                    let (text, span) = cursor.value()?;
                    cursor.expect(")")?;
                    return Ok(Search::Term(text, span));
                }
                cursor.at = back;
            }
            let start = cursor.at;
            let text = cursor.until(|c| "|[](),\"=<>!".contains(c)).to_owned();
            if text.is_empty() {
                return Err(cursor.wrong("a search term was expected"));
            }
            let name = Name {
                text,
                span: start..cursor.at,
            };
            compared(cursor, name, false)
        }
        None => Err(cursor.wrong("a search term was expected")),
    }
}

fn compared(cursor: &mut Cursor<'_>, name: Name, quoted: bool) -> Parsed<Search> {
    const OPERATORS: [(&str, Comparison); 7] = [
        ("==", Comparison::Equal),
        ("!=", Comparison::Unequal),
        ("<=", Comparison::LessEqual),
        (">=", Comparison::GreaterEqual),
        ("=", Comparison::Equal),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ];
    for (text, comparison) in OPERATORS {
        if cursor.eat(text) {
            let (value, at) = cursor.value()?;
            let span = name.span.start..at.end;
            if comparison == Comparison::Equal {
                match name.text.to_ascii_lowercase().as_str() {
                    "earliest" | "_index_earliest" => return Ok(Search::Time(false, value, span)),
                    "latest" | "_index_latest" => return Ok(Search::Time(true, value, span)),
                    SOURCE => return Ok(Search::Source(value, span)),
                    _ => {}
                }
            }
            return Ok(Search::Compare(name, comparison, value, span));
        }
    }
    let back = cursor.at;
    if cursor.word("IN") && cursor.eat("(") {
        let mut values = Vec::new();
        loop {
            while cursor.eat(",") {}
            if cursor.eat(")") {
                break;
            }
            if cursor.peek() == Some('\'') {
                values.push(cursor.quoted()?);
            } else {
                values.push(cursor.value()?.0);
            }
        }
        let span = name.span.start..cursor.at;
        return Ok(Search::In(name, values, span));
    }
    cursor.at = back;
    if !quoted && name.text.starts_with('`') {
        return Err(Diagnostic::new(
            Class::Syntax,
            name.span,
            "the backtick that opens here is not closed",
        ));
    }
    let span = name.span.clone();
    let text = name.text;
    Ok(Search::Term(
        if quoted { text } else { undone(&text) },
        span,
    ))
}

/// A bare term with its doubled backslashes undone.
fn undone(text: &str) -> String {
    text.replace("\\\\", "\\")
}

/// Reads a text as one search expression: what a subsearch gave back.
pub(in crate::spl) fn read(text: &str) -> Parsed<Search> {
    let mut cursor = Cursor::new(text);
    let found = search(&mut cursor, &[])?;
    match cursor.peek() {
        None => Ok(found),
        Some(_) => Err(cursor.wrong("the search expression should end")),
    }
}
