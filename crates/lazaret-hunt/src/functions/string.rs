//! Functions of text.

use std::borrow::Cow;

use serde_json::Value;

use super::{cell::Cell, pattern, registry::Function};

macro_rules! functions {
    ($($name:literal $params:literal $returns:literal $eval:expr;)*) => {
        /// The functions of this family.
        pub const FUNCTIONS: &[Function] =
            &[$(Function { name: $name, params: $params, returns: $returns, eval: $eval }),*];
    };
}
pub(crate) use functions;

functions! {
    "strcat" "*?*+" 's' |args| Cell::owned(args.iter().map(|arg| arg.text()).collect::<String>());
    "strcat_delim" "s*?*+" 's' |args| {
        let texts: Vec<Cow<'_, str>> = args.iter().skip(1).map(Cell::text).collect();
        Cell::owned(texts.join(text(args, 0)))
    };
    "tolower" "s" 's' |args| Cell::owned(text(args, 0).to_lowercase());
    "toupper" "s" 's' |args| Cell::owned(text(args, 0).to_uppercase());
    "strlen" "s" 'l' |args| Cell::Long(text(args, 0).chars().count() as i64);
    "string_size" "s" 'l' |args| Cell::Long(text(args, 0).len() as i64);
    "reverse" "s" 's' |args| Cell::owned(text(args, 0).chars().rev().collect::<String>());
    "substring" "sl?l" 's' substring;
    "indexof" "ss?lll" 'l' index_of;
    "indexof_regex" "ss?lll" 'l' index_of_regex;
    "split" "ss?l" 'd' split;
    "trim" "ss" 's' |args| trimmed(args, true, true);
    "trim_start" "ss" 's' |args| trimmed(args, true, false);
    "trim_end" "ss" 's' |args| trimmed(args, false, true);
    "replace_string" "sss" 's' |args| {
        let wanted = text(args, 1);
        if wanted.is_empty() { Cell::owned(text(args, 0)) } else { Cell::owned(text(args, 0).replace(wanted, text(args, 2))) }
    };
    "replace_strings" "sdd" 's' replace_strings;
    "replace_regex" "sss" 's' |args| replace(text(args, 0), text(args, 1), text(args, 2));
    "replace" "sss" 's' |args| replace(text(args, 2), text(args, 0), text(args, 1));
    "countof" "ss?s" 'l' count_of;
    "repeat" "*l" 'd' |args| {
        let times = args.get(1).and_then(Cell::long).unwrap_or(0).clamp(0, 10_000);
        let value = args.first().map_or(Value::Null, Cell::json);
        Cell::dynamic(&Value::Array((0..times).map(|_| value.clone()).collect()))
    };
    "strrep" "*l?s" 's' |args| {
        let times = usize::try_from(args.get(1).and_then(Cell::long).unwrap_or(0)).unwrap_or(0).min(1024);
        let one = args.first().map(Cell::text).unwrap_or_default();
        Cell::owned(vec![one.as_ref(); times].join(text(args, 2)))
    };
    "strcmp" "ss" 'l' |args| Cell::Long(text(args, 0).cmp(text(args, 1)) as i64);
    "translate" "sss" 's' translate;
    "extract_all" "s*?*" 'd' extract_all;
    "unicode_codepoints_from_string" "s" 'd' |args| {
        Cell::dynamic(&text(args, 0).chars().map(u32::from).collect::<Vec<u32>>().into())
    };
    "to_utf8" "s" 'd' |args| Cell::dynamic(&text(args, 0).chars().map(u32::from).collect::<Vec<u32>>().into());
    "make_string" "*+" 's' make_string;
    "unicode_codepoints_to_string" "*+" 's' make_string;
    "has_any_index" "sd" 'l' |args| {
        let value = args.get(1).map_or(Value::Null, Cell::json);
        let found = value.as_array().and_then(|items| {
            items.iter().position(|item| {
                let needle = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                super::term::Matcher::new(super::term::Place::Term, true, [needle]).matches(text(args, 0))
            })
        });
        Cell::Long(found.map_or(-1, |at| at as i64))
    };
    "parse_command_line" "s?s" 'd' |args| {
        Cell::dynamic(&windows_arguments(text(args, 0)).into())
    };
    "regex_quote" "s" 's' |args| Cell::owned(regex::escape(text(args, 0)));
    "isascii" "s" 'b' |args| Cell::Bool(text(args, 0).is_ascii());
    "isutf8" "s" 'b' |_| Cell::Bool(true);
}

/// The text of an argument; empty when there is none.
pub fn text<'a>(args: &'a [Cell<'_>], index: usize) -> &'a str {
    match args.get(index) {
        Some(Cell::Text(text) | Cell::Dynamic(text)) => text,
        _ => "",
    }
}

fn substring(args: &[Cell<'_>]) -> Cell<'static> {
    let text = text(args, 0);
    let start = args.get(1).and_then(Cell::long).unwrap_or(0);
    let start = if start < 0 {
        start + text.chars().count() as i64
    } else {
        start
    };
    let start = usize::try_from(start).unwrap_or(0);
    let length = match args.get(2).and_then(Cell::long) {
        Some(length) => usize::try_from(length).unwrap_or(0),
        None => usize::MAX,
    };
    Cell::owned(text.chars().skip(start).take(length).collect::<String>())
}

fn index_of_regex(args: &[Cell<'_>]) -> Cell<'static> {
    let at =
        |index: usize, otherwise: i64| args.get(index).and_then(Cell::long).unwrap_or(otherwise);
    let (start, length, occurrence) = (at(2, 0), at(3, -1), at(4, 1));
    let (Ok(start), Ok(occurrence)) = (usize::try_from(start), usize::try_from(occurrence)) else {
        return Cell::Null;
    };
    if length < -1 {
        return Cell::Null;
    }
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let window: String = text(args, 0).chars().skip(start).take(length).collect();
    let found = pattern::with(text(args, 1), |regex| {
        let found = regex.find_iter(&window).nth(occurrence.checked_sub(1)?)?;
        let before = window.get(..found.start())?.chars().count();
        i64::try_from(start + before).ok()
    });
    found.map_or(Cell::Null, |place| Cell::Long(place.unwrap_or(-1)))
}

fn index_of(args: &[Cell<'_>]) -> Cell<'static> {
    let (text, wanted) = (text(args, 0), text(args, 1));
    let at =
        |index: usize, otherwise: i64| args.get(index).and_then(Cell::long).unwrap_or(otherwise);
    // A negative start counts as 0; so does the reference.
    let start = usize::try_from(at(2, 0)).unwrap_or(0);
    let length = usize::try_from(at(3, -1)).ok();
    let occurrence = match at(4, 1) {
        0 => return Cell::Long(-1),
        occurrence => usize::try_from(occurrence).unwrap_or(1),
    };
    let byte = |text: &str, count: usize| {
        text.char_indices()
            .nth(count)
            .map_or(text.len(), |(offset, _)| offset)
    };
    let mut rest = text.get(byte(text, start)..).unwrap_or("");
    let mut place = start;
    for round in 1..=occurrence {
        // The length counts anew from behind each occurrence: the reference's
        // example finds a second one beyond the first's range.
        let end = length.map_or(rest.len(), |length| byte(rest, length));
        let Some(at) = rest.get(..end).and_then(|part| part.find(wanted)) else {
            return Cell::Long(-1);
        };
        let (before, found) = rest.split_at(at);
        place += before.chars().count();
        if round == occurrence {
            return Cell::Long(place as i64);
        }
        let Some(first) = found.chars().next() else {
            return Cell::Long(-1);
        };
        rest = found.get(first.len_utf8()..).unwrap_or("");
        place += 1;
    }
    Cell::Long(-1)
}

fn split(args: &[Cell<'_>]) -> Cell<'static> {
    let (text, delimiter) = (text(args, 0), text(args, 1));
    let parts: Vec<&str> = if delimiter.is_empty() {
        vec![text]
    } else {
        text.split(delimiter).collect()
    };
    match args.get(2).and_then(Cell::long) {
        None => Cell::dynamic(&parts.into()),
        Some(index) => {
            let index = if index < 0 {
                index + parts.len() as i64
            } else {
                index
            };
            let part = usize::try_from(index)
                .ok()
                .and_then(|index| parts.get(index));
            Cell::dynamic(&part.map_or(Value::Array(Vec::new()), |part| vec![*part].into()))
        }
    }
}

fn trimmed(args: &[Cell<'_>], start: bool, end: bool) -> Cell<'static> {
    let (wanted, mut rest) = (text(args, 0), text(args, 1));
    // The pattern is matched again and again, as far as it goes.
    if start {
        let _ = pattern::with(&format!("^(?:{wanted})+"), |regex| {
            if let Some(found) = regex.find(rest) {
                rest = rest.get(found.end()..).unwrap_or("");
            }
        });
    }
    if end {
        let _ = pattern::with(&format!("(?:{wanted})+$"), |regex| {
            if let Some(found) = regex.find(rest) {
                rest = rest.get(..found.start()).unwrap_or("");
            }
        });
    }
    Cell::owned(rest)
}

fn replace(text: &str, wanted: &str, with: &str) -> Cell<'static> {
    // KQL writes groups as \1, this library as ${1}.
    let mut template = String::new();
    let mut chars = with.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' => template.push_str("$$"),
            '\\' => match chars.next() {
                Some(digit) if digit.is_ascii_digit() => {
                    template.push_str(&format!("${{{digit}}}"))
                }
                Some(other) => template.push(other),
                None => template.push('\\'),
            },
            c => template.push(c),
        }
    }
    match pattern::with(wanted, |regex| {
        regex.replace_all(text, template.as_str()).into_owned()
    }) {
        Some(text) => Cell::owned(text),
        None => Cell::Null,
    }
}

fn replace_strings(args: &[Cell<'_>]) -> Cell<'static> {
    let list = |index: usize| match args.get(index).map(Cell::json) {
        Some(Value::Array(items)) => items
            .into_iter()
            .map(|item| {
                item.as_str()
                    .map_or_else(|| item.to_string(), str::to_owned)
            })
            .collect(),
        _ => Vec::<String>::new(),
    };
    // At each place the first of the list that fits is taken, and what came of
    // it is not looked at again.
    let pairs: Vec<(String, String)> = list(1)
        .into_iter()
        .zip(list(2))
        .filter(|(wanted, _)| !wanted.is_empty())
        .collect();
    let mut rest = text(args, 0);
    let mut out = String::with_capacity(rest.len());
    while let Some(first) = rest.chars().next() {
        let found = pairs
            .iter()
            .find_map(|(wanted, with)| Some((rest.strip_prefix(wanted.as_str())?, with)));
        match found {
            Some((after, with)) => {
                out.push_str(with);
                rest = after;
            }
            None => {
                out.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or("");
            }
        }
    }
    Cell::owned(out)
}

fn count_of(args: &[Cell<'_>]) -> Cell<'static> {
    let (source, wanted) = (text(args, 0), text(args, 1));
    if wanted.is_empty() {
        return Cell::Long(0);
    }
    if text(args, 2) == "regex" {
        let count = pattern::with(wanted, |regex| regex.find_iter(source).count());
        return count.map_or(Cell::Null, |count| Cell::Long(count as i64));
    }
    // Plain matches may overlap.
    let starts = source.char_indices().filter(|(at, _)| {
        source
            .get(*at..)
            .is_some_and(|rest| rest.starts_with(wanted))
    });
    Cell::Long(starts.count() as i64)
}

fn translate(args: &[Cell<'_>]) -> Cell<'static> {
    let from: Vec<char> = text(args, 0).chars().collect();
    let to: Vec<char> = text(args, 1).chars().collect();
    let mapped = text(args, 2)
        .chars()
        .filter_map(|c| match from.iter().position(|x| *x == c) {
            None => Some(c),
            Some(at) => to.get(at).or(to.last()).copied(),
        });
    Cell::owned(mapped.collect::<String>())
}

fn extract_all(args: &[Cell<'_>]) -> Cell<'static> {
    let (groups, source) = match args.len() {
        2 => (None, args.get(1)),
        _ => (args.get(1).map(Cell::json), args.get(2)),
    };
    let source = source.map(Cell::text).unwrap_or_default();
    let found = pattern::with(text(args, 0), |regex| {
        let wanted: Vec<usize> = match &groups {
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Value::String(name) => {
                        regex.capture_names().position(|known| known == Some(name))
                    }
                    item => item.as_u64().and_then(|index| usize::try_from(index).ok()),
                })
                .collect(),
            _ if regex.captures_len() == 1 => vec![0],
            _ => (1..regex.captures_len()).collect(),
        };
        let mut rows = Vec::new();
        for captures in regex.captures_iter(&source) {
            let mut items: Vec<Value> = wanted
                .iter()
                .map(|group| {
                    captures
                        .get(*group)
                        .map_or("", |found| found.as_str())
                        .into()
                })
                .collect();
            rows.push(if items.len() == 1 {
                items.remove(0)
            } else {
                Value::Array(items)
            });
        }
        rows
    });
    match found {
        Some(rows) if !rows.is_empty() => Cell::dynamic(&Value::Array(rows)),
        _ => Cell::Null,
    }
}

fn make_string(args: &[Cell<'_>]) -> Cell<'static> {
    let mut out = String::new();
    let mut push = |code: Option<i64>| {
        let code = code
            .and_then(|code| u32::try_from(code).ok())
            .and_then(char::from_u32);
        out.extend(code);
    };
    for arg in args {
        match arg.json() {
            Value::Array(items) => items.iter().for_each(|item| push(item.as_i64())),
            value => push(value.as_i64()),
        }
    }
    Cell::owned(out)
}

/// Splits a command line as Windows programs do.
fn windows_arguments(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut current = String::new();
    let (mut quoted, mut any) = (false, false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let mut slashes = 1;
                while chars.peek() == Some(&'\\') {
                    chars.next();
                    slashes += 1;
                }
                any = true;
                if chars.peek() == Some(&'"') {
                    current.extend(std::iter::repeat_n('\\', slashes / 2));
                    if slashes % 2 == 1 {
                        chars.next();
                        current.push('"');
                    }
                } else {
                    current.extend(std::iter::repeat_n('\\', slashes));
                }
            }
            '"' => {
                quoted = !quoted;
                any = true;
            }
            c if c.is_whitespace() && !quoted => {
                if any || !current.is_empty() {
                    out.push(std::mem::take(&mut current));
                }
                any = false;
            }
            c => current.push(c),
        }
    }
    if any || !current.is_empty() {
        out.push(current);
    }
    out
}
