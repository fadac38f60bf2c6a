//! Methods of text.

use std::rc::Rc;

use super::{
    coerce::{number, numeric, text as text_of},
    regex,
    units::{self, Units},
};
use crate::{
    builtins::ops,
    interp::{Call, Interp, Str, Value},
};

fn int(call: &Call, at: usize) -> Option<Option<i64>> {
    match call.arg(at) {
        None | Some(Value::Undefined) => Some(None),
        Some(value) => number(value).map(|n| {
            Some(if n.is_nan() {
                0
            } else {
                n.clamp(-9e15, 9e15) as i64
            })
        }),
    }
}

/// A method of a known text.
pub(super) fn method(
    it: &mut Interp<'_>,
    receiver: &Str,
    name: &str,
    call: &Call,
) -> Option<Value> {
    let text = &receiver.text;
    let facts = &receiver.facts;
    let made = |out: String| Some(Value::str(out, facts.clone()));
    let first = || call.arg(0).and_then(text_of);
    match name {
        "toString" | "valueOf" | "normalize" | "toWellFormed" => Some(Value::Str(receiver.clone())),
        "charCodeAt" | "codePointAt" | "charAt" | "at" => {
            let units = Units::of(text);
            let at = int(call, 0)?.unwrap_or(0);
            let at = if at < 0 && name == "at" {
                at + units.len() as i64
            } else {
                at
            };
            let at = usize::try_from(at).ok();
            let unit = at.and_then(|at| units.at(at));
            match name {
                "charCodeAt" => {
                    Some(unit.map_or(Value::Float(f64::NAN), |u| Value::Int(i64::from(u))))
                }
                "codePointAt" => {
                    let (Some(unit), Some(at)) = (unit, at) else {
                        return Some(Value::Undefined);
                    };
                    let next = units.at(at + 1);
                    Some(Value::Int(match (unit, next) {
                        (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                            0x10000 + ((i64::from(unit) - 0xd800) << 10) + i64::from(low) - 0xdc00
                        }
                        _ => i64::from(unit),
                    }))
                }
                _ => match at.filter(|_| unit.is_some()) {
                    Some(at) => made(units.part(at, at + 1)),
                    None if name == "at" => Some(Value::Undefined),
                    None => made(String::new()),
                },
            }
        }
        "slice" | "substring" | "substr" => {
            let units = Units::of(text);
            let length = units.len() as i64;
            let start = int(call, 0)?.unwrap_or(0);
            let end = int(call, 1)?;
            let from_end = |at: i64| {
                if at < 0 {
                    (at + length).max(0)
                } else {
                    at.min(length)
                }
            };
            let (start, end) = match name {
                "slice" => (from_end(start), from_end(end.unwrap_or(length))),
                "substr" => {
                    let start = from_end(start);
                    (
                        start,
                        start
                            .saturating_add(end.unwrap_or(length).max(0))
                            .min(length),
                    )
                }
                _ => {
                    let (a, b) = (
                        start.clamp(0, length),
                        end.unwrap_or(length).clamp(0, length),
                    );
                    (a.min(b), a.max(b))
                }
            };
            it.charge((end - start).max(0) as usize);
            made(units.part(start as usize, end.max(start) as usize))
        }
        "split" => {
            if let Some(Value::Regex(source)) = call.arg(0) {
                return regex::of_text(it, text, source, "split", facts);
            }
            let limit = int(call, 1)?
                .and_then(|l| usize::try_from(l).ok())
                .unwrap_or(usize::MAX);
            let one = |s: &str| Value::str(s, facts.clone());
            it.charge(text.len() * 16);
            if text.len() as u64 > u64::from(it.fuel_left()) * 4 {
                return None;
            }
            Some(Value::list(match call.arg(0) {
                None | Some(Value::Undefined) => vec![Value::Str(receiver.clone())],
                Some(separator) => {
                    let separator = text_of(separator)?;
                    if separator.is_empty() {
                        let units = Units::of(text);
                        (0..units.len())
                            .take(limit)
                            .map(|at| one(&units.part(at, at + 1)))
                            .collect()
                    } else {
                        text.split(&*separator).take(limit).map(one).collect()
                    }
                }
            }))
        }
        "replace" | "replaceAll" => {
            let with = call.arg(1)?;
            if let Some(Value::Regex(source)) = call.arg(0) {
                return regex::replace(it, text, source, with, facts);
            }
            let what = first()?;
            let function = matches!(with, Value::Function(_) | Value::Bound(_));
            let with_text = if function {
                let value = it.invoke(with, vec![Value::str(what.as_str(), facts.clone())]);
                text_of(&value)?
            } else {
                text_of(with)?
            };
            let facts = facts.union(&with.facts());
            let count = if name == "replaceAll" { usize::MAX } else { 1 };
            it.charge(text.len());
            let found = text.matches(&*what).count().min(count);
            if text.len() + found.saturating_mul(with_text.len()) > it.limits().text {
                return None;
            }
            Some(Value::str(text.replacen(&*what, &with_text, count), facts))
        }
        "match" | "matchAll" | "search" => match call.arg(0)? {
            Value::Regex(source) => regex::of_text(it, text, source, name, facts),
            other => {
                let source: Rc<str> = text_of(other)?.into();
                regex::of_text(it, text, &source, name, facts)
            }
        },
        "concat" => {
            let mut values = vec![Value::Str(receiver.clone())];
            values.extend(call.args.iter().cloned());
            Some(ops::join(&values, text_of, it.limits().text))
        }
        "repeat" => {
            let count = usize::try_from(int(call, 0)?.unwrap_or(0)).ok()?;
            if text.len().saturating_mul(count) > it.limits().text {
                return None;
            }
            it.charge(text.len() * count);
            made(text.repeat(count))
        }
        "padStart" | "padEnd" => {
            let length = usize::try_from(int(call, 0)?.unwrap_or(0)).ok()?;
            let fill = match call.arg(1) {
                None | Some(Value::Undefined) => " ".to_owned(),
                Some(value) => text_of(value)?,
            };
            let have = Units::of(text).len();
            if fill.is_empty() || length <= have || length > it.limits().text {
                return made(text.to_string());
            }
            let pad: String = fill.chars().cycle().take(length - have).collect();
            made(if name == "padStart" {
                pad + text
            } else {
                format!("{text}{pad}")
            })
        }
        "trim" => made(text.trim().to_owned()),
        "trimStart" | "trimLeft" => made(text.trim_start().to_owned()),
        "trimEnd" | "trimRight" => made(text.trim_end().to_owned()),
        "toLowerCase" | "toLocaleLowerCase" => made(text.to_lowercase()),
        "toUpperCase" | "toLocaleUpperCase" => made(text.to_uppercase()),
        "includes" => Some(Value::Bool(text.contains(&*first()?))),
        "startsWith" => {
            let from = usize::try_from(int(call, 1)?.unwrap_or(0)).ok()?;
            let units = Units::of(text);
            Some(Value::Bool(
                units
                    .part(from.min(units.len()), units.len())
                    .starts_with(&*first()?),
            ))
        }
        "endsWith" => Some(Value::Bool(text.ends_with(&*first()?))),
        "indexOf" | "lastIndexOf" => {
            let what = first()?;
            let units = Units::of(text);
            let from = usize::try_from(int(call, 1)?.unwrap_or(0))
                .unwrap_or(0)
                .min(units.len());
            let (Units::Ascii(_), true) = (&units, what.is_ascii()) else {
                let found = if name == "indexOf" {
                    text.find(&*what)
                } else {
                    text.rfind(&*what)
                };
                let at = found
                    .and_then(|at| text.get(..at))
                    .map(|head| head.encode_utf16().count() as i64);
                return Some(Value::Int(at.unwrap_or(-1)));
            };
            let found = if name == "indexOf" {
                text.get(from..)
                    .and_then(|rest| rest.find(&*what))
                    .map(|at| at + from)
            } else {
                text.rfind(&*what)
            };
            Some(Value::Int(found.map_or(-1, |at| at as i64)))
        }
        "localeCompare" => {
            let other = first()?;
            Some(Value::Int(text.as_ref().cmp(other.as_str()) as i64))
        }
        "italics" => made(format!("<i>{text}</i>")),
        "bold" => made(format!("<b>{text}</b>")),
        "fontcolor" => made(format!(
            "<font color=\"{}\">{text}</font>",
            first().unwrap_or_else(|| "undefined".to_owned())
        )),
        "link" => made(format!(
            "<a href=\"{}\">{text}</a>",
            first().unwrap_or_default()
        )),
        _ => None,
    }
}

/// `String.fromCharCode` and `fromCodePoint`.
pub(super) fn from_codes(call: &Call, points: bool) -> Option<Value> {
    if call.rest.is_some() {
        return None;
    }
    let facts = call.facts().decoded("charcode");
    let mut out = Vec::with_capacity(call.args.len());
    for arg in &call.args {
        let n = number(arg)?;
        let code = super::coerce::word(n) as u32;
        match char::from_u32(code).filter(|_| points) {
            Some(c) => {
                let mut pair = [0; 2];
                out.extend_from_slice(c.encode_utf16(&mut pair));
            }
            None => out.push(code as u16),
        }
    }
    Some(Value::str(units::decode(&out), facts))
}

/// Length in units.
pub(super) fn length(text: &Rc<str>) -> i64 {
    Units::of(text).len() as i64
}

/// One unit, as text.
pub(super) fn unit(receiver: &Str, at: i64) -> Value {
    let units = Units::of(&receiver.text);
    match usize::try_from(at).ok().filter(|at| *at < units.len()) {
        Some(at) => Value::str(units.part(at, at + 1), receiver.facts.clone()),
        None => Value::Undefined,
    }
}

/// Methods of numbers and truth values.
pub(super) fn of_number(receiver: &Value, name: &str, call: &Call) -> Option<Value> {
    let n = receiver.as_float()?;
    match name {
        "toString" => {
            let radix = match call.arg(0) {
                None | Some(Value::Undefined) => 10,
                Some(value) => number(value)? as u32,
            };
            if radix == 10 || !(2..=36).contains(&radix) || matches!(receiver, Value::Bool(_)) {
                return text_of(receiver).map(Value::from);
            }
            Some(Value::from(in_radix(n, radix)))
        }
        "toFixed" => {
            let digits = call
                .arg(0)
                .and_then(number)
                .unwrap_or(0.0)
                .clamp(0.0, 100.0) as usize;
            Some(Value::from(format!("{n:.digits$}")))
        }
        "valueOf" => Some(numeric(n)),
        "toLocaleString" | "toPrecision" => text_of(receiver).map(Value::from),
        _ => None,
    }
}

fn in_radix(n: f64, radix: u32) -> String {
    let digit = |d: u32| char::from_digit(d, radix).unwrap_or('0');
    let mut whole = n.abs().trunc();
    let mut digits = Vec::new();
    while whole >= 1.0 && digits.len() < 1100 {
        digits.push(digit((whole % f64::from(radix)) as u32));
        whole = (whole / f64::from(radix)).trunc();
    }
    if digits.is_empty() {
        digits.push('0');
    }
    let mut out: String = digits.iter().rev().collect();
    let mut fraction = n.abs().fract();
    if fraction > 0.0 {
        out.push('.');
        for _ in 0..52 {
            fraction *= f64::from(radix);
            out.push(digit(fraction.trunc() as u32));
            fraction = fraction.fract();
            if fraction == 0.0 {
                break;
            }
        }
    }
    if n < 0.0 {
        out.insert(0, '-');
    }
    out
}

/// `parseInt`.
pub(super) fn parse_int(call: &Call) -> Option<Value> {
    let text = text_of(call.arg(0)?)?;
    let mut text = text.trim();
    let negative = text.starts_with('-');
    text = text.trim_start_matches(['-', '+']);
    let mut radix = match call.arg(1) {
        None | Some(Value::Undefined) => 0,
        Some(value) => number(value)? as u32,
    };
    if (radix == 0 || radix == 16)
        && let Some(rest) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))
    {
        text = rest;
        radix = 16;
    }
    if radix == 0 {
        radix = 10;
    }
    if !(2..=36).contains(&radix) {
        return Some(Value::Float(f64::NAN));
    }
    let mut value = 0f64;
    let mut any = false;
    for c in text.chars() {
        let Some(d) = c.to_digit(radix) else { break };
        value = value * f64::from(radix) + f64::from(d);
        any = true;
    }
    Some(if !any {
        Value::Float(f64::NAN)
    } else {
        numeric(if negative { -value } else { value })
    })
}

/// `parseFloat`.
pub(super) fn parse_float(call: &Call) -> Option<Value> {
    let text = text_of(call.arg(0)?)?;
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(i, c)| {
            !(c.is_ascii_digit()
                || *c == '.'
                || (*i == 0 && matches!(c, '-' | '+'))
                || matches!(c, 'e' | 'E'))
        })
        .map_or(text.len(), |(i, _)| i);
    let mut head = text.get(..end)?;
    while !head.is_empty() {
        if let Ok(value) = head.parse::<f64>() {
            return Some(numeric(value));
        }
        let mut chars = head.chars();
        chars.next_back();
        head = chars.as_str();
    }
    Some(Value::Float(f64::NAN))
}
