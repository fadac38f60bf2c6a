//! Regular expressions, where Rust's can say the same.

use std::{cell::RefCell, rc::Rc};

use regex::{Regex, RegexBuilder};

use crate::interp::{Call, Facts, Interp, Value};

thread_local! {
    static COMPILED: RefCell<Vec<(Rc<str>, Option<Regex>)>> = const { RefCell::new(Vec::new()) };
}

/// Flags and source of a regular expression value.
pub(super) fn split(source: &str) -> (&str, &str) {
    match source
        .strip_prefix('\u{0}')
        .and_then(|rest| rest.split_once('\u{0}'))
    {
        Some((flags, source)) => (flags, source),
        None => ("", source),
    }
}

/// A regular expression value from source and flags.
pub(super) fn make(source: &str, flags: &str) -> Value {
    Value::Regex(if flags.is_empty() {
        source.into()
    } else {
        format!("\u{0}{flags}\u{0}{source}").into()
    })
}

pub(super) fn compile(source: &Rc<str>) -> Option<Regex> {
    COMPILED.with_borrow_mut(|known| {
        if let Some((_, regex)) = known.iter().find(|(key, _)| key == source) {
            return regex.clone();
        }
        let (flags, pattern) = split(source);
        let regex = (pattern.len() < 4096)
            .then(|| {
                RegexBuilder::new(&translate(pattern))
                    .case_insensitive(flags.contains('i'))
                    .multi_line(flags.contains('m'))
                    .dot_matches_new_line(flags.contains('s'))
                    .size_limit(1 << 20)
                    .dfa_size_limit(1 << 20)
                    .build()
                    .ok()
            })
            .flatten();
        if known.len() >= 32 {
            known.remove(0);
        }
        known.push((source.clone(), regex.clone()));
        regex
    })
}

/// What is written differently: `\/`, `[^]`, `[]`, `\d` of ASCII only, `\uXXXX`,
/// `$` and `(?<name>`.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let chars: Vec<char> = pattern.chars().collect();
    let mut at = 0;
    let mut class = false;
    while let Some(c) = chars.get(at).copied() {
        let next = chars.get(at + 1).copied();
        match (c, next) {
            ('\\', Some(escaped)) => {
                at += 2;
                match escaped {
                    'd' => out.push_str(if class { "0-9" } else { "[0-9]" }),
                    'w' => out.push_str(if class { "A-Za-z0-9_" } else { "[A-Za-z0-9_]" }),
                    'u' => {
                        let digits: String = chars.iter().skip(at).take(4).collect();
                        if digits.len() == 4 && digits.chars().all(|c| c.is_ascii_hexdigit()) {
                            out.push_str(&format!("\\x{{{digits}}}"));
                            at += 4;
                        } else {
                            out.push('u');
                        }
                    }
                    'x'
                    | 'n'
                    | 'r'
                    | 't'
                    | 's'
                    | 'S'
                    | 'D'
                    | 'W'
                    | 'b'
                    | 'B'
                    | '0'..='9'
                    | 'f'
                    | 'v'
                    | 'p'
                    | 'P' => {
                        out.push('\\');
                        out.push(escaped);
                    }
                    c if c.is_ascii_punctuation() => {
                        out.push('\\');
                        out.push(c);
                    }
                    c => out.push(c),
                }
                continue;
            }
            ('[', Some('^')) if !class && chars.get(at + 2) == Some(&']') => {
                out.push_str("(?s:.)");
                at += 3;
                continue;
            }
            ('[', _) if !class => {
                class = true;
                out.push('[');
                if next == Some('^') {
                    out.push('^');
                    at += 1;
                }
            }
            ('{', _) if !class => {
                // No count: it stands for itself.
                let count: String = chars
                    .iter()
                    .skip(at + 1)
                    .take(12)
                    .take_while(|c| **c != '}')
                    .collect();
                let counts = count.bytes().all(|b| b.is_ascii_digit() || b == b',')
                    && count.starts_with(|c: char| c.is_ascii_digit())
                    && chars.get(at + 1 + count.len()) == Some(&'}');
                if counts {
                    out.push_str(&format!("{{{count}}}"));
                    at += count.len() + 2;
                    continue;
                }
                out.push_str("\\{");
            }
            ('}', _) if !class => out.push_str("\\}"),
            ('[' | '&' | '~', _) if class => {
                out.push('\\');
                out.push(c);
            }
            (']', _) => {
                class = false;
                out.push(']');
            }
            _ => out.push(c),
        }
        at += 1;
    }
    out
}

/// `$1` and `$&` as Rust writes them, filled in.
fn expand(template: &str, captures: &regex::Captures<'_>, out: &mut String) {
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '$' {
            out.push(c);
            continue;
        }
        match chars.peek().copied() {
            Some('$') => {
                chars.next();
                out.push('$');
            }
            Some('&') => {
                chars.next();
                out.push_str(captures.get(0).map_or("", |m| m.as_str()));
            }
            Some(digit @ '1'..='9') => {
                chars.next();
                let at = digit as usize - '0' as usize;
                out.push_str(captures.get(at).map_or("", |m| m.as_str()));
            }
            _ => out.push('$'),
        }
    }
}

fn group(captures: &regex::Captures<'_>, at: usize, facts: &Facts) -> Value {
    captures
        .get(at)
        .map_or(Value::Undefined, |m| Value::str(m.as_str(), facts.clone()))
}

/// `text.replace(regex, with)`.
pub(super) fn replace(
    it: &mut Interp<'_>,
    text: &str,
    source: &Rc<str>,
    with: &Value,
    facts: &Facts,
) -> Option<Value> {
    let regex = compile(source)?;
    let all = split(source).0.contains('g');
    it.charge(text.len());
    let facts = facts.union(&with.facts());
    let mut out = String::new();
    let mut last = 0;
    for captures in regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else { break };
        out.push_str(text.get(last..whole.start())?);
        match with {
            Value::Function(_) | Value::Bound(_) => {
                let args = (0..captures.len())
                    .map(|at| group(&captures, at, &facts))
                    .chain([Value::Int(whole.start() as i64)])
                    .collect();
                let value = it.invoke(with, args);
                match super::coerce::text(&value) {
                    Some(text) => out.push_str(&text),
                    None => return Some(Value::unknown(facts.union(&value.facts()))),
                }
                if it.fuel_left() == 0 {
                    return None;
                }
            }
            other => expand(&super::coerce::text(other)?, &captures, &mut out),
        }
        last = whole.end();
        if out.len() > it.limits().text {
            return None;
        }
        if !all {
            break;
        }
    }
    out.push_str(text.get(last..)?);
    Some(Value::str(out, facts))
}

/// `regex.test(text)` and the like; `None` where that is open.
pub(super) fn method(
    it: &mut Interp<'_>,
    source: &Rc<str>,
    name: &str,
    call: &Call,
) -> Option<Value> {
    let value = call.arg(0)?;
    if name == "toString" {
        let (flags, source) = split(source);
        return Some(Value::from(format!("/{source}/{flags}")));
    }
    let text = super::coerce::text(value)?;
    let facts = value.facts();
    it.charge(text.len());
    let regex = compile(source)?;
    match name {
        "test" => Some(Value::Bool(regex.is_match(&text))),
        "exec" => {
            // With `g` it goes on from where it stopped: the end is not known.
            if split(source).0.contains('g') {
                return None;
            }
            Some(matched(&regex, &text, &facts))
        }
        _ => None,
    }
}

fn matched(regex: &Regex, text: &str, facts: &Facts) -> Value {
    match regex.captures(text) {
        None => Value::Null,
        Some(captures) => Value::list(
            (0..captures.len())
                .map(|at| group(&captures, at, facts))
                .collect(),
        ),
    }
}

/// `text.match(regex)`, `matchAll`, `search`, `split`.
pub(super) fn of_text(
    it: &mut Interp<'_>,
    text: &str,
    source: &Rc<str>,
    name: &str,
    facts: &Facts,
) -> Option<Value> {
    let regex = compile(source)?;
    it.charge(text.len());
    let parts = |parts: Vec<Value>| Some(Value::list(parts));
    match name {
        "match" if split(source).0.contains('g') => {
            let found: Vec<Value> = regex
                .find_iter(text)
                .take(100_000)
                .map(|m| Value::str(m.as_str(), facts.clone()))
                .collect();
            if found.is_empty() {
                Some(Value::Null)
            } else {
                parts(found)
            }
        }
        "match" => Some(matched(&regex, text, facts)),
        "matchAll" => parts(
            regex
                .captures_iter(text)
                .take(10_000)
                .map(|captures| {
                    Value::list(
                        (0..captures.len())
                            .map(|at| group(&captures, at, facts))
                            .collect(),
                    )
                })
                .collect(),
        ),
        "search" => Some(Value::Int(
            regex.find(text).map_or(-1, |m| m.start() as i64),
        )),
        "split" => parts(
            regex
                .split(text)
                .take(100_000)
                .map(|s| Value::str(s, facts.clone()))
                .collect(),
        ),
        _ => None,
    }
}
