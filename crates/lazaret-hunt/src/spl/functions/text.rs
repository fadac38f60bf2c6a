//! Functions of text.

use super::value::{number, number_cell, number_text, text, values};
use crate::functions::{cell::Cell, pattern};

/// A `like` pattern as a regular expression.
pub fn like(written: &str) -> String {
    let mut out = String::from("(?s)^");
    for c in written.chars() {
        match c {
            '%' => out.push_str(".*"),
            '_' => out.push('.'),
            c => out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out.push('$');
    out
}

/// Compiles a regular expression as Splunk writes it: a brace that counts
/// nothing stands for itself.
///
/// # Errors
/// Why it cannot be.
pub fn compile(written: &str) -> Result<(regex::Regex, String), String> {
    match pattern::compile(written) {
        Ok(regex) => Ok((regex, written.to_owned())),
        Err(why) => {
            let braced = braces(written);
            match pattern::compile(&braced) {
                Ok(regex) => Ok((regex, braced)),
                Err(_) => Err(why),
            }
        }
    }
}

fn braces(written: &str) -> String {
    let mut out = String::new();
    let mut rest = written.char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '\\' => {
                out.push(c);
                if let Some((_, next)) = rest.next() {
                    out.push(next);
                }
            }
            '{' => {
                let inner = written.get(at + 1..).unwrap_or("");
                let count = inner.split('}').next().unwrap_or("");
                let counts = inner.len() > count.len()
                    && count.starts_with(|c: char| c.is_ascii_digit())
                    && count.chars().all(|c| c.is_ascii_digit() || c == ',');
                let named = out.ends_with("\\p") || out.ends_with("\\P") || out.ends_with("\\x");
                out.push_str(if counts || named { "{" } else { "\\{" });
            }
            c => out.push(c),
        }
    }
    out
}

/// `\1` of Splunk's replacements, as the engine writes it.
pub fn replacement(written: &str) -> String {
    let mut out = String::new();
    let mut chars = written.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' => out.push_str("$$"),
            '\\' => match chars.peek().copied() {
                Some(digit) if digit.is_ascii_digit() => {
                    chars.next();
                    out.push_str(&format!("${{{digit}}}"));
                }
                Some('\\') => {
                    chars.next();
                    out.push('\\');
                }
                _ => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

fn trimmed<'a>(name: &str, text: &'a str, set: Option<&str>) -> &'a str {
    let fits = |c: char| match set {
        Some(set) => set.contains(c),
        None => c.is_whitespace(),
    };
    match name {
        "trim" => text.trim_matches(fits),
        "ltrim" => text.trim_start_matches(fits),
        _ => text.trim_end_matches(fits),
    }
}

/// Evaluates a function of this family.
pub fn call(name: &str, args: &[Cell<'_>]) -> Option<Cell<'static>> {
    let null = Cell::Null;
    let arg = |index: usize| args.get(index).unwrap_or(&null);
    let Some(first) = text(arg(0)) else {
        let mine = matches!(
            name,
            "lower"
                | "upper"
                | "len"
                | "substr"
                | "replace"
                | "trim"
                | "ltrim"
                | "rtrim"
                | "urldecode"
                | "tostring"
                | "tonumber"
                | "match"
                | "like"
                | "md5"
                | "sha1"
                | "sha256"
                | "sha512"
                | "cidrmatch"
                | "printf"
                | "spath"
        );
        return mine.then_some(Cell::Null);
    };
    Some(match name {
        "lower" => Cell::owned(first.to_lowercase()),
        "upper" => Cell::owned(first.to_uppercase()),
        "len" => Cell::Long(i64::try_from(first.chars().count()).unwrap_or(i64::MAX)),
        "substr" => {
            let count = i64::try_from(first.chars().count()).unwrap_or(i64::MAX);
            let start = number(arg(1)).unwrap_or(1.0) as i64;
            let start = if start < 0 { count + start } else { start - 1 }.max(0);
            let length = match args.get(2) {
                Some(length) => number(length).unwrap_or(0.0).max(0.0) as usize,
                None => usize::MAX,
            };
            let start = usize::try_from(start).unwrap_or(0);
            Cell::owned(first.chars().skip(start).take(length).collect::<String>())
        }
        "replace" => {
            let wanted = text(arg(1))?;
            let with = replacement(&text(arg(2)).unwrap_or_default());
            pattern::with(&wanted, |regex| {
                Cell::owned(regex.replace_all(&first, with.as_str()).into_owned())
            })
            .unwrap_or_default()
        }
        "trim" | "ltrim" | "rtrim" => {
            let set = args.get(1).and_then(text);
            Cell::owned(trimmed(name, &first, set.as_deref()))
        }
        "match" => {
            let wanted = text(arg(1)).unwrap_or_default();
            let found = pattern::with(&wanted, |regex| {
                values(arg(0)).iter().any(|item| regex.is_match(item))
            });
            found.map_or(Cell::Null, Cell::Bool)
        }
        "like" => {
            let wanted = like(&text(arg(1)).unwrap_or_default());
            let found = pattern::with(&wanted, |regex| {
                values(arg(0)).iter().any(|item| regex.is_match(item))
            });
            found.map_or(Cell::Null, Cell::Bool)
        }
        "cidrmatch" => {
            let Some((network, bits)) = super::wildcard::network(&first) else {
                return Some(Cell::Null);
            };
            let items = values(arg(1));
            if items.is_empty() {
                return Some(Cell::Null);
            }
            Cell::Bool(
                items
                    .iter()
                    .any(|item| super::wildcard::within(item, network, bits)),
            )
        }
        "urldecode" => Cell::owned(decoded(&first)),
        "tonumber" => {
            let base = args.get(1).and_then(number).unwrap_or(10.0) as u32;
            if base == 10 || !(2..=36).contains(&base) {
                number(arg(0)).map_or(Cell::Null, number_cell)
            } else {
                let digits = first.trim();
                let digits = digits.strip_prefix("0x").unwrap_or(digits);
                match i64::from_str_radix(digits, base) {
                    Ok(found) => Cell::Real(found as f64),
                    Err(_) => Cell::Null,
                }
            }
        }
        "tostring" => match (args.get(1).and_then(text).as_deref(), number(arg(0))) {
            (Some("hex"), Some(found)) => Cell::owned(format!("0x{:X}", found as i64)),
            (Some("commas"), Some(found)) => Cell::owned(commas(found)),
            (Some("duration"), Some(found)) => Cell::owned(duration(found)),
            _ => Cell::owned(first.into_owned()),
        },
        "spath" => {
            return Some(super::path::at(&first, &text(arg(1)).unwrap_or_default()));
        }
        "printf" => Cell::owned(printed(&first, args.get(1..).unwrap_or(&[]))),
        "md5" | "sha1" | "sha256" | "sha512" => hashed(name, first.as_bytes()),
        _ => return None,
    })
}

fn hashed(name: &str, bytes: &[u8]) -> Cell<'static> {
    use sha2::Digest;
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    Cell::owned(match name {
        "md5" => hex(&md5::Md5::digest(bytes)),
        "sha1" => hex(&sha1::Sha1::digest(bytes)),
        "sha256" => hex(&sha2::Sha256::digest(bytes)),
        _ => hex(&sha2::Sha512::digest(bytes)),
    })
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = text
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, hex) {
            (b'%', Some(found)) => {
                out.push(found);
                at += 3;
            }
            (byte, _) => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn commas(number: f64) -> String {
    let text = number_text((number * 100.0).round() / 100.0);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{out}{point}{fraction}")
}

fn duration(seconds: f64) -> String {
    let seconds = seconds.abs() as u64;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let clock = format!("{:02}:{:02}:{:02}", rest / 3_600, rest / 60 % 60, rest % 60);
    match days {
        0 => clock,
        days => format!("{days}+{clock}"),
    }
}

/// `%s`, `%d`, `%f`, `%.2f`, `%x`, `%%`; other directives stay as written.
fn printed(format: &str, args: &[Cell<'_>]) -> String {
    let mut out = String::new();
    let mut args = args.iter();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(rest.get(..at).unwrap_or(""));
        rest = rest.get(at + 1..).unwrap_or("");
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && !"-+ #0.".contains(c))
            .unwrap_or(rest.len());
        let spec = rest.get(..end).unwrap_or("");
        let (width, digits) = spec.split_once('.').unwrap_or((spec, ""));
        let flags = width.len() - width.trim_start_matches(['-', '+', ' ', '#', '0']).len();
        let (flags, width) = width.split_at_checked(flags).unwrap_or(("", width));
        let width = width.parse().unwrap_or(0_usize).min(1024);
        let digits = digits.parse().ok().map(|digits: usize| digits.min(30));
        let padded = |text: String| {
            let lacks = width.saturating_sub(text.chars().count());
            let zeros = flags.contains('0') && text.parse::<f64>().is_ok();
            match (flags.contains('-'), zeros) {
                (true, _) => text + &" ".repeat(lacks),
                (false, false) => " ".repeat(lacks) + &text,
                (false, true) => match text.strip_prefix('-') {
                    Some(text) => format!("-{}{text}", "0".repeat(lacks)),
                    None => "0".repeat(lacks) + &text,
                },
            }
        };
        let signed = |number: String| match flags.contains('+') && !number.starts_with('-') {
            true => format!("+{number}"),
            false => number,
        };
        let kind = rest.get(end..).and_then(|rest| rest.chars().next());
        rest = rest
            .get(end + kind.map_or(0, char::len_utf8)..)
            .unwrap_or("");
        let null = Cell::Null;
        match kind {
            Some('%') => out.push('%'),
            Some('s') => {
                let found = text(args.next().unwrap_or(&null)).unwrap_or_default();
                let found: String = found.chars().take(digits.unwrap_or(usize::MAX)).collect();
                out.push_str(&padded(found));
            }
            Some('d' | 'i') => {
                let found = number(args.next().unwrap_or(&null)).unwrap_or(0.0);
                out.push_str(&padded(signed((found as i64).to_string())));
            }
            Some('x') => {
                let found = number(args.next().unwrap_or(&null)).unwrap_or(0.0);
                out.push_str(&padded(format!("{:x}", found as i64)));
            }
            Some('f') => {
                let found = number(args.next().unwrap_or(&null)).unwrap_or(0.0);
                let digits = digits.unwrap_or(6);
                out.push_str(&padded(signed(format!("{found:.digits$}"))));
            }
            Some(other) => {
                out.push('%');
                out.push(other);
            }
            None => out.push('%'),
        }
    }
    out.push_str(rest);
    out
}
