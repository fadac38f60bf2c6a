//! Commands whose arguments are lists of fields and options.

use super::{command::settings, expr};
use crate::spl::{
    ast::{Kind, Name, Settings, SortKey},
    scan::{Cursor, Parsed},
};

pub(super) fn renames(cursor: &mut Cursor<'_>) -> Parsed<Vec<(Name, Name)>> {
    let mut out = Vec::new();
    loop {
        while cursor.eat(",") {}
        if cursor.ended() {
            return Ok(out);
        }
        let from = cursor.name()?;
        if !cursor.word("AS") {
            return Err(cursor.wrong("`AS` was expected"));
        }
        out.push((from, cursor.name()?));
    }
}

/// `5` before the fields.
fn count(cursor: &mut Cursor<'_>) -> Option<usize> {
    cursor.blank();
    let rest = cursor.rest();
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let next = rest.get(end..).and_then(|rest| rest.chars().next());
    if end == 0 || next.is_some_and(|c| !c.is_whitespace() && !matches!(c, '|' | ']' | ',')) {
        return None;
    }
    let number = rest.get(..end)?.parse().ok()?;
    cursor.at += end;
    Some(number)
}

fn keys(cursor: &mut Cursor<'_>) -> Parsed<Vec<SortKey>> {
    let mut out = Vec::new();
    loop {
        while cursor.eat(",") {}
        if cursor.ended() {
            return Ok(out);
        }
        let mut descending = false;
        if cursor.eat("-") {
            descending = true;
        } else {
            cursor.eat("+");
        }
        let mut by = "auto".to_owned();
        cursor.blank();
        for kind in ["auto", "num", "str", "ip"] {
            let back = cursor.at;
            if cursor.word(kind) {
                if cursor.rest().starts_with('(') {
                    by = kind.to_owned();
                    cursor.expect("(")?;
                    break;
                }
                cursor.at = back;
            }
        }
        let field = cursor.name()?;
        if by != "auto" || cursor.peek() == Some(')') {
            cursor.expect(")")?;
        }
        // `d` at the end turns the whole order round.
        if matches!(field.text.as_str(), "desc" | "d") && cursor.ended() && !out.is_empty() {
            for key in &mut out {
                let key: &mut SortKey = key;
                key.descending = !key.descending;
            }
            continue;
        }
        out.push(SortKey {
            field,
            descending,
            by,
        });
    }
}

pub(super) fn sort(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let given = settings(cursor, &["limit"])?;
    let limit = count(cursor).or(given.count("limit")).unwrap_or(10_000);
    Ok(Kind::Sort(limit, keys(cursor)?))
}

pub(super) fn dedup(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let known = ["keepevents", "keepempty", "consecutive"];
    let keep = count(cursor).unwrap_or(1);
    let mut given = settings(cursor, &known)?;
    let mut fields = Vec::new();
    let mut sorted = Vec::new();
    loop {
        while cursor.eat(",") {}
        if cursor.ended() {
            break;
        }
        if cursor.word("sortby") {
            sorted = keys(cursor)?;
            break;
        }
        let more = settings(cursor, &known)?;
        if more.0.is_empty() {
            fields.push(cursor.name()?);
        }
        given.0.extend(more.0);
    }
    Ok(Kind::Dedup(keep, fields, given, sorted))
}

pub(super) fn head(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    if let Some(number) = count(cursor) {
        settings(cursor, &["null", "keeplast"])?;
        return Ok(Kind::Head(number, None));
    }
    let known = ["limit", "null", "keeplast"];
    let mut given = settings(cursor, &known)?;
    if cursor.ended() {
        return Ok(Kind::Head(given.count("limit").unwrap_or(10), None));
    }
    let condition = expr::expr(cursor)?;
    given.0.extend(settings(cursor, &known)?.0);
    let limit = given.count("limit").unwrap_or(usize::MAX);
    Ok(Kind::Head(limit, Some((condition, given))))
}

pub(super) fn top(cursor: &mut Cursor<'_>, rare: bool) -> Parsed<Kind> {
    let known = [
        "limit",
        "countfield",
        "percentfield",
        "showcount",
        "showperc",
        "useother",
        "otherstr",
    ];
    let mut given = settings(cursor, &known)?;
    let number = count(cursor);
    given.0.extend(settings(cursor, &known)?.0);
    let fields = cursor.names(&["BY"])?;
    let by = match cursor.word("BY") {
        true => cursor.names(&[])?,
        false => Vec::new(),
    };
    let limit = number.or(given.count("limit")).unwrap_or(10);
    Ok(Kind::Top(rare, limit, fields, by, given))
}

fn raw(cursor: &Cursor<'_>) -> Name {
    Name {
        text: "_raw".to_owned(),
        span: cursor.at..cursor.at,
    }
}

pub(super) fn rex(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let known = ["field", "mode", "max_match", "offset_field"];
    let mut given = Settings::default();
    let mut field = raw(cursor);
    let mut pattern = None;
    loop {
        cursor.peek();
        let start = cursor.at;
        let more = settings(cursor, &known)?;
        if let Some(named) = more.get("field") {
            field = Name {
                text: named.to_owned(),
                span: start..cursor.at,
            };
        }
        given.0.extend(more.0);
        if cursor.ended() {
            break;
        }
        pattern = Some(match cursor.peek() {
            Some('"' | '\'') => cursor.quoted()?,
            _ => cursor.until(|_| false).to_owned(),
        });
    }
    let Some(pattern) = pattern else {
        return Err(cursor.wrong("a regular expression was expected"));
    };
    Ok(Kind::Rex(field, pattern, given))
}

pub(super) fn regex(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    if cursor.peek() == Some('"') {
        return Ok(Kind::Regex(raw(cursor), false, cursor.quoted()?));
    }
    let field = cursor.name()?;
    let not = cursor.eat("!=");
    if !not {
        cursor.expect("=")?;
    }
    let pattern = match cursor.peek() {
        Some('"' | '\'') => cursor.quoted()?,
        _ => cursor.until(|c| c == '|').to_owned(),
    };
    Ok(Kind::Regex(field, not, pattern))
}

fn pairs(cursor: &mut Cursor<'_>, stop: &[&str]) -> Parsed<Vec<(Name, Name)>> {
    let mut out = Vec::new();
    loop {
        while cursor.eat(",") {}
        if cursor.ended() || stop.iter().any(|word| cursor.sees(word)) {
            return Ok(out);
        }
        let first = cursor.name()?;
        let second = match cursor.word("AS") {
            true => cursor.name()?,
            false => first.clone(),
        };
        out.push((first, second));
    }
}

pub(super) fn lookup(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    settings(cursor, &["local", "update", "event_time_field"])?;
    let table = cursor.name()?;
    settings(cursor, &["local", "update"])?;
    let stop = ["OUTPUT", "OUTPUTNEW"];
    let matched = pairs(cursor, &stop)?;
    let new = cursor.word("OUTPUTNEW");
    let given = match new || cursor.word("OUTPUT") {
        true => pairs(cursor, &[])?,
        false => Vec::new(),
    };
    Ok(Kind::Lookup(table, matched, given, new))
}

pub(super) fn convert(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let mut given = settings(cursor, &["timeformat"])?;
    let mut out = Vec::new();
    loop {
        while cursor.eat(",") {}
        if cursor.ended() {
            return Ok(Kind::Convert(given, out));
        }
        let more = settings(cursor, &["timeformat"])?;
        if !more.0.is_empty() {
            given.0.extend(more.0);
            continue;
        }
        let function = cursor.until(|c| "(|]".contains(c)).to_ascii_lowercase();
        cursor.expect("(")?;
        let field = cursor.name()?;
        cursor.expect(")")?;
        let alias = match cursor.word("AS") {
            true => Some(cursor.name()?),
            false => None,
        };
        out.push((function, field, alias));
    }
}

pub(super) fn replace(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let mut changes = Vec::new();
    loop {
        while cursor.eat(",") {}
        if cursor.ended() {
            return Ok(Kind::Replace(changes, Vec::new()));
        }
        if cursor.word("IN") {
            return Ok(Kind::Replace(changes, cursor.names(&[])?));
        }
        let from = cursor.value()?.0;
        if !cursor.word("WITH") {
            return Err(cursor.wrong("`WITH` was expected"));
        }
        changes.push((from, cursor.value()?.0));
    }
}

pub(super) fn returned(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let number = count(cursor).unwrap_or(1);
    let mut out = Vec::new();
    loop {
        while cursor.eat(",") {}
        if cursor.ended() {
            return Ok(Kind::Return(number, out));
        }
        let value_only = cursor.eat("$");
        let first = cursor.name()?;
        let field = match cursor.eat("=") {
            true => Some(cursor.name()?),
            false => None,
        };
        out.push((first, field, value_only));
    }
}
