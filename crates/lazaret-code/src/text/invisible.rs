//! Characters without a shape, and those that turn the reading direction.
//!
//! Payloads: one byte per variation selector, ASCII as Unicode tags, bits as
//! pairs of zero-width characters or of Hangul fillers. Direction:
//! "Trojan Source" (CVE-2021-42574).

use super::Found;

/// Invisible characters in one run that no writing system needs.
const RUN: usize = 8;

pub(super) fn look(found: &mut Found<'_>, text: &str, offset: usize) {
    let mut run = Run::default();
    let mut bidi: Option<(usize, usize)> = None;
    for (at, c) in text.char_indices() {
        let at = at + offset;
        if let Some(kind) = kind(c) {
            run.push(kind, c, at);
            continue;
        }
        // Fillers may be written between quotes, one by one, or be broken by
        // blanks that a formatter added.
        if !run.chars.is_empty() {
            end(found, &mut run);
        }
        if matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            let (count, _) = bidi.get_or_insert((0, at));
            *count += 1;
        }
    }
    end(found, &mut run);
    if let Some((count, first)) = bidi {
        // Right-to-left text itself is written without overrides in code.
        let overrides = text.contains([
            '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{202a}', '\u{202b}',
        ]);
        let rtl = text
            .chars()
            .filter(|c| matches!(c, '\u{590}'..='\u{8ff}'))
            .take(20)
            .count();
        if overrides && rtl < 20 {
            found.add(
                "bidi-control",
                format!("{count} direction controls"),
                first,
                first + 3,
            );
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Selector,
    Tag,
    ZeroWidth,
    Filler,
}

fn kind(c: char) -> Option<Kind> {
    match c {
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => Some(Kind::Selector),
        '\u{e0000}'..='\u{e007f}' => Some(Kind::Tag),
        '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{180e}' | '\u{34f}' => {
            Some(Kind::ZeroWidth)
        }
        '\u{3164}' | '\u{ffa0}' | '\u{115f}' | '\u{1160}' => Some(Kind::Filler),
        _ => None,
    }
}

#[derive(Default)]
struct Run {
    chars: Vec<char>,
    start: usize,
    end: usize,
    mixed: [usize; 4],
}

impl Run {
    fn push(&mut self, kind: Kind, c: char, at: usize) {
        if self.chars.is_empty() {
            self.start = at;
        }
        self.end = at + c.len_utf8();
        self.chars.push(c);
        if let Some(count) = self.mixed.get_mut(kind as usize) {
            *count += 1;
        }
    }
}

fn end(found: &mut Found<'_>, run: &mut Run) {
    let run = std::mem::take(run);
    if run.chars.len() < RUN {
        return;
    }
    // A flag of a region is a black flag and up to seven tags.
    let detail = format!("{} invisible characters in a row", run.chars.len());
    found.add("invisible-unicode", detail, run.start, run.end);
    let [selectors, tags, zero_width, fillers] = run.mixed;
    let most = selectors.max(tags).max(zero_width).max(fillers);
    let decoded = if most == selectors {
        Some((
            "variation-selectors",
            run.chars.iter().filter_map(|c| selector_byte(*c)).collect(),
        ))
    } else if most == tags {
        Some((
            "tags",
            run.chars.iter().filter_map(|c| tag_byte(*c)).collect(),
        ))
    } else if most == fillers {
        bits(&run.chars).map(|bytes| ("hangul-fillers", bytes))
    } else {
        bits(&run.chars).map(|bytes| ("zero-width", bytes))
    };
    if let Some((kind, bytes)) = decoded
        && readable(&bytes)
    {
        found.hidden(kind, bytes, run.start, run.end);
    }
}

/// Selectors 1 to 256 stand for the bytes 0 to 255.
fn selector_byte(c: char) -> Option<u8> {
    match c {
        '\u{fe00}'..='\u{fe0f}' => u8::try_from(c as u32 - 0xfe00).ok(),
        '\u{e0100}'..='\u{e01ef}' => u8::try_from(c as u32 - 0xe0100 + 16).ok(),
        _ => None,
    }
}

fn tag_byte(c: char) -> Option<u8> {
    u8::try_from((c as u32).checked_sub(0xe0000)?)
        .ok()
        .filter(u8::is_ascii)
}

/// Two characters as bits, either way round, eight to a byte.
fn bits(chars: &[char]) -> Option<Vec<u8>> {
    let first = *chars.first()?;
    let second = *chars.iter().find(|c| **c != first)?;
    if !chars.len().is_multiple_of(8) || chars.iter().any(|c| *c != first && *c != second) {
        return None;
    }
    let decode = |one: char| -> Vec<u8> {
        chars
            .chunks(8)
            .map(|byte| {
                byte.iter()
                    .fold(0, |value, c| value << 1 | u8::from(*c == one))
            })
            .collect()
    };
    let either = decode(first);
    Some(if readable(&either) {
        either
    } else {
        decode(second)
    })
}

fn readable(bytes: &[u8]) -> bool {
    let printable = bytes
        .iter()
        .filter(|b| b.is_ascii_graphic() || b.is_ascii_whitespace())
        .count();
    bytes.len() >= 4 && printable * 10 >= bytes.len() * 9
}
