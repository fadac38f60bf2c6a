//! Programs that only turn text into other text.

use super::Running;
use crate::{
    builtins::decode,
    interp::{Facts, Interp, Value},
};

pub(super) fn run(it: &mut Interp<'_>, command: &Running<'_>) -> Option<Value> {
    let limit = it.limits().text;
    let texts: Vec<&str> = command
        .words
        .iter()
        .skip(1)
        .map(|w| w.text.as_str())
        .collect();
    let has = |flags: &[&str]| texts.iter().any(|t| flags.contains(t));
    match command.name.as_str() {
        "echo" => return Some(echo(it, command)),
        "printf" => return Some(printf(it, command)),
        _ => {}
    }
    if !matches!(
        command.name.as_str(),
        "cat"
            | "base64"
            | "base32"
            | "xxd"
            | "rev"
            | "tr"
            | "tac"
            | "gunzip"
            | "gzip"
            | "zcat"
            | "bunzip2"
            | "bzip2"
            | "xz"
            | "unxz"
            | "openssl"
            | "head"
            | "tail"
            | "cut"
            | "sed"
            | "awk"
            | "grep"
            | "egrep"
            | "sort"
            | "uniq"
            | "wc"
            | "jq"
            | "tee"
            | "od"
            | "hexdump"
            | "column"
            | "fold"
            | "paste"
            | "nl"
            | "strings"
            | "more"
            | "less"
            | "iconv"
            | "dos2unix"
            | "zip"
            | "tar"
            | "7z"
    ) {
        return None;
    }
    let input = command.input?;
    let facts = input.facts();
    let Some(bytes) = bytes_of(it, input) else {
        // What goes through a filter is still what it was.
        let facts = match decoder(command, &texts) {
            Some(layer) => facts.decoded(layer),
            None => facts,
        };
        return Some(Value::unknown(facts));
    };
    it.charge(bytes.len());
    let decoded = |bytes: Option<Vec<u8>>, layer: &'static str| {
        Some(match bytes {
            Some(bytes) => text(bytes, facts.decoded(layer)),
            None => Value::unknown(facts.decoded(layer)),
        })
    };
    match command.name.as_str() {
        "cat" | "more" | "less" | "dos2unix" => Some(input.clone()),
        "base64" if has(&["-d", "-D", "--decode", "-di", "-id"]) => {
            decoded(decode::base64(&bytes), "base64")
        }
        "base64" => Some(text(decode::to_base64(&bytes).into_bytes(), facts)),
        "base32" if has(&["-d", "--decode"]) => decoded(decode::base32(&bytes), "base32"),
        "xxd" if has(&["-r", "-rp", "-r -p", "-pr"]) => decoded(decode::hex(&bytes), "hex"),
        "gunzip" | "zcat" => decoded(decode::gzip(&bytes, limit), "gzip"),
        "gzip" if has(&["-d", "-dc", "-cd", "--decompress"]) => {
            decoded(decode::gzip(&bytes, limit), "gzip")
        }
        "bunzip2" => decoded(decode::bzip2(&bytes, limit), "bzip2"),
        "bzip2" if has(&["-d", "-dc"]) => decoded(decode::bzip2(&bytes, limit), "bzip2"),
        "unxz" => decoded(decode::lzma(&bytes, limit), "lzma"),
        "xz" if has(&["-d", "-dc"]) => decoded(decode::lzma(&bytes, limit), "lzma"),
        "openssl"
            if has(&["base64", "-base64", "-a", "-A"])
                && has(&["-d"])
                && !texts.iter().any(|t| t.starts_with("-aes")) =>
        {
            decoded(decode::base64(&bytes), "base64")
        }
        "openssl" if has(&["-d"]) => Some(Value::unknown(facts.decoded("decrypt"))),
        "rev" => {
            let reversed: Vec<String> = String::from_utf8_lossy(&bytes)
                .lines()
                .map(|l| l.chars().rev().collect())
                .collect();
            Some(text(
                reversed.join("\n").into_bytes(),
                facts.decoded("reverse"),
            ))
        }
        "tr" => Some(translate(&bytes, &texts, facts)),
        "sed" => Some(substitute(&bytes, &texts, facts, limit)),
        "cut" => Some(cut(&bytes, &texts, facts)),
        "head" | "tail" => Some(ends(&bytes, command.name == "tail", &texts, facts)),
        _ => Some(Value::unknown(facts)),
    }
}

fn decoder(command: &Running<'_>, texts: &[&str]) -> Option<&'static str> {
    let decode = texts
        .iter()
        .any(|t| matches!(*t, "-d" | "-D" | "--decode" | "-dc"));
    match command.name.as_str() {
        "base64" if decode => Some("base64"),
        "gunzip" | "zcat" => Some("gzip"),
        "gzip" if decode => Some("gzip"),
        "openssl" if decode => Some("decrypt"),
        "xxd" if texts.iter().any(|t| t.contains('r')) => Some("hex"),
        _ => None,
    }
}

fn bytes_of(it: &Interp<'_>, value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Bytes(bytes) => Some(bytes.data.to_vec()),
        other => it.known_text(other).map(|t| t.as_bytes().to_vec()),
    }
}

fn text(bytes: Vec<u8>, facts: Facts) -> Value {
    match String::from_utf8(bytes) {
        Ok(text) => Value::str(text, facts),
        Err(error) => Value::bytes(error.into_bytes(), facts),
    }
}

fn echo(it: &Interp<'_>, command: &Running<'_>) -> Value {
    let mut words = command.words.get(1..).unwrap_or_default();
    let mut escapes = false;
    let mut newline = true;
    while let Some(word) = words.first() {
        if word.text.starts_with('-')
            && word.text.len() > 1
            && word
                .text
                .chars()
                .skip(1)
                .all(|c| matches!(c, 'n' | 'e' | 'E'))
        {
            escapes |= word.text.contains('e');
            newline &= !word.text.contains('n');
            words = words.get(1..).unwrap_or_default();
        } else {
            break;
        }
    }
    let mut parts = Vec::new();
    for word in words {
        if !parts.is_empty() {
            parts.push(Value::from(" "));
        }
        parts.push(match (&word.value, escapes) {
            (value @ Value::Str(s), true) => text(unescape(&s.text), value.facts()),
            (value, _) => value.clone(),
        });
    }
    if newline {
        parts.push(Value::from("\n"));
    }
    crate::builtins::ops::join(&parts, crate::builtins::ops::text, it.limits().text)
}

fn printf(it: &Interp<'_>, command: &Running<'_>) -> Value {
    let facts = command.word_facts();
    let Some(format) = command.words.get(1) else {
        return Value::from("");
    };
    if command.words.iter().any(|w| !w.known) {
        let parts: Vec<Value> = command
            .words
            .iter()
            .skip(1)
            .map(|w| w.value.clone())
            .collect();
        return crate::builtins::ops::join(&parts, crate::builtins::ops::text, it.limits().text);
    }
    let mut arguments = command
        .words
        .iter()
        .skip(2)
        .map(|w| w.text.as_str())
        .peekable();
    let mut out = Vec::new();
    loop {
        let had = arguments.peek().is_some();
        let mut used = false;
        let mut chars = format.text.chars().peekable();
        let mut plain = String::new();
        while let Some(c) = chars.next() {
            if c != '%' {
                plain.push(c);
                continue;
            }
            let mut spec = String::new();
            while let Some(next) = chars
                .peek()
                .copied()
                .filter(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | ' ' | '#' | '+'))
            {
                spec.push(next);
                chars.next();
            }
            match chars.next() {
                Some('%') | None => plain.push('%'),
                Some(kind) => {
                    used = true;
                    out.append(&mut unescape(&plain));
                    plain.clear();
                    let argument = arguments.next().unwrap_or("");
                    match kind {
                        'b' => out.append(&mut unescape(argument)),
                        'x' => out
                            .extend(format!("{:x}", argument.parse::<i64>().unwrap_or(0)).bytes()),
                        'o' => out
                            .extend(format!("{:o}", argument.parse::<i64>().unwrap_or(0)).bytes()),
                        _ => out.extend(argument.bytes()),
                    }
                }
            }
        }
        out.append(&mut unescape(&plain));
        if !had || !used || arguments.peek().is_none() || out.len() > it.limits().text {
            break;
        }
    }
    text(out, facts)
}

/// `\n`, `\x41`, `\101`, `\0101`.
fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let number = |from: usize, most: usize, radix: u32| {
            bytes
                .get(from..)
                .unwrap_or_default()
                .iter()
                .take(most)
                .map_while(|b| char::from(*b).to_digit(radix))
                .fold((0_u32, 0_usize), |(value, used), digit| {
                    (value * radix + digit, used + 1)
                })
        };
        match bytes.get(at).copied() {
            Some(b'x') => {
                let (value, used) = number(at + 1, 2, 16);
                at += 1 + used;
                out.push(value as u8);
            }
            Some(b'0'..=b'7') => {
                let (value, used) = number(at, if bytes.get(at) == Some(&b'0') { 4 } else { 3 }, 8);
                at += used;
                out.push(value as u8);
            }
            Some(other) => {
                at += 1;
                out.push(match other {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'e' => 27,
                    other => other,
                });
            }
            None => out.push(b'\\'),
        }
    }
    out
}

/// Sets of `tr`: ranges, `\n`, classes are left.
fn set(text: &str) -> Option<Vec<u8>> {
    if text.contains("[:") || !text.is_ascii() {
        return None;
    }
    let bytes = unescape(text);
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(first) = bytes.get(at).copied() {
        match (bytes.get(at + 1), bytes.get(at + 2)) {
            (Some(b'-'), Some(last)) if *last >= first => {
                out.extend(first..=*last);
                at += 3;
            }
            _ => {
                out.push(first);
                at += 1;
            }
        }
    }
    Some(out)
}

fn translate(bytes: &[u8], texts: &[&str], facts: Facts) -> Value {
    let delete = texts.iter().any(|t| matches!(*t, "-d" | "--delete"));
    let sets: Vec<Option<Vec<u8>>> = texts
        .iter()
        .filter(|t| !t.starts_with('-') || t.len() > 3)
        .map(|t| set(t))
        .collect();
    match (delete, sets.as_slice()) {
        (true, [Some(gone), ..]) => {
            let kept = bytes
                .iter()
                .copied()
                .filter(|b| !gone.contains(b))
                .collect();
            text(kept, facts)
        }
        (false, [Some(from), Some(to)]) if !to.is_empty() => {
            let mapped = bytes
                .iter()
                .map(|b| match from.iter().rposition(|f| f == b) {
                    Some(at) => to.get(at).or(to.last()).copied().unwrap_or(*b),
                    None => *b,
                })
                .collect();
            // `tr a-z A-Z` hides nothing.
            let layer = if from.len() > 20 && !from.eq_ignore_ascii_case(to) {
                facts.decoded("rot13")
            } else {
                facts
            };
            text(mapped, layer)
        }
        _ => Value::unknown(facts),
    }
}

/// `s/a/b/g` with plain texts.
fn substitute(bytes: &[u8], texts: &[&str], facts: Facts, limit: usize) -> Value {
    let Some(script) = texts.iter().find(|t| t.starts_with('s') && t.len() > 3) else {
        return Value::unknown(facts);
    };
    let Some(mark) = script.chars().nth(1).filter(|c| !c.is_alphanumeric()) else {
        return Value::unknown(facts);
    };
    let parts: Vec<&str> = script.split(mark).collect();
    let (Some(from), Some(to), Some(flags)) = (parts.get(1), parts.get(2), parts.get(3)) else {
        return Value::unknown(facts);
    };
    let plain = |t: &str| !t.is_empty() && !t.contains(['.', '*', '[', '\\', '^', '$', '(', '&']);
    if !plain(from) || to.contains(['\\', '&']) || parts.len() != 4 {
        return Value::unknown(facts);
    }
    let source = String::from_utf8_lossy(bytes);
    if source.len().saturating_mul(to.len().max(1)) > limit {
        return Value::unknown(facts);
    }
    let result = if flags.contains('g') {
        source.replace(from, to)
    } else {
        source
            .lines()
            .map(|l| l.replacen(from, to, 1))
            .collect::<Vec<_>>()
            .join("\n")
    };
    Value::str(result, facts)
}

/// `-c1-3`, `-d: -f2`
fn cut(bytes: &[u8], texts: &[&str], facts: Facts) -> Value {
    let option = |flag: &str| {
        texts.iter().enumerate().find_map(|(at, t)| {
            let rest = t.strip_prefix(flag)?;
            if rest.is_empty() {
                texts.get(at + 1).map(|t| (*t).to_owned())
            } else {
                Some(rest.to_owned())
            }
        })
    };
    let source = String::from_utf8_lossy(bytes).into_owned();
    let range = |text: &str| -> Option<(usize, usize)> {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        Some((
            from.parse::<usize>().unwrap_or(1).max(1),
            to.parse().unwrap_or(usize::MAX),
        ))
    };
    let result: Option<Vec<String>> =
        if let Some((from, to)) = option("-c").as_deref().and_then(range) {
            Some(
                source
                    .lines()
                    .map(|l| {
                        l.chars()
                            .skip(from - 1)
                            .take(to.saturating_sub(from - 1))
                            .collect()
                    })
                    .collect(),
            )
        } else if let Some((from, to)) = option("-f").as_deref().and_then(range) {
            let mark = option("-d").unwrap_or_else(|| "\t".to_owned());
            Some(
                source
                    .lines()
                    .map(|l| {
                        let fields: Vec<&str> = l
                            .split(mark.as_str())
                            .skip(from - 1)
                            .take(to.saturating_sub(from - 1))
                            .collect();
                        fields.join(&mark)
                    })
                    .collect(),
            )
        } else {
            None
        };
    match result {
        Some(lines) => Value::str(lines.join("\n"), facts),
        None => Value::unknown(facts),
    }
}

/// `-n 3`, `-3`, `-c 10`, `-n +5`
fn ends(bytes: &[u8], tail: bool, texts: &[&str], facts: Facts) -> Value {
    let mut count: Option<i64> = None;
    let mut in_bytes = false;
    let mut from_start = false;
    for (at, option) in texts.iter().enumerate() {
        let (digits, is_bytes) = if let Some(rest) = option.strip_prefix("-c") {
            (rest, true)
        } else if let Some(rest) = option.strip_prefix("-n") {
            (rest, false)
        } else if let Some(rest) = option.strip_prefix('-') {
            (rest, false)
        } else {
            continue;
        };
        let digits = if digits.is_empty() {
            texts.get(at + 1).copied().unwrap_or("")
        } else {
            digits
        };
        from_start |= digits.starts_with('+');
        if let Ok(value) = digits.trim_start_matches('+').parse() {
            count = Some(value);
            in_bytes = is_bytes;
        }
    }
    let count = usize::try_from(count.unwrap_or(10)).unwrap_or(0);
    if in_bytes {
        let kept = match (tail, from_start) {
            (true, true) => bytes.get(count.saturating_sub(1)..),
            (true, false) => bytes.get(bytes.len().saturating_sub(count)..),
            _ => bytes.get(..count.min(bytes.len())),
        };
        return text(kept.unwrap_or_default().to_vec(), facts);
    }
    let source = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = source.lines().collect();
    let kept = match (tail, from_start) {
        (true, true) => lines.get(count.saturating_sub(1)..),
        (true, false) => lines.get(lines.len().saturating_sub(count)..),
        _ => lines.get(..count.min(lines.len())),
    };
    Value::str(kept.unwrap_or_default().join("\n"), facts)
}
