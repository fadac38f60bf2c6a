//! Runs of a small alphabet: JSFuck and its kin, encoded blobs, generated
//! names, escaped text.

use memchr::memmem;

use super::Found;

const BLOB: usize = 1_024;
const SYMBOLS: usize = 400;

const SYMBOL: u8 = 1;
const JSFUCK: u8 = 2;
const BASE64: u8 = 4;
const HEX: u8 = 8;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut c = 0;
    while c < 256 {
        let byte = c as u8;
        let mut class = 0;
        if byte.is_ascii_punctuation() {
            class |= SYMBOL;
        }
        if matches!(byte, b'[' | b']' | b'(' | b')' | b'!' | b'+') {
            class |= JSFUCK;
        }
        if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-') {
            class |= BASE64;
        }
        if byte.is_ascii_hexdigit() {
            class |= HEX;
        }
        table[c] = class;
        c += 1;
    }
    table
}

pub(super) fn look(found: &mut Found<'_>) {
    let text = found.text;
    let mut symbols = Run::default();
    let mut blob = Run::default();
    for (at, byte) in text.iter().enumerate() {
        let class = CLASSES.get(usize::from(*byte)).copied().unwrap_or(0);
        if class & SYMBOL != 0 {
            symbols.push(at, class, JSFUCK);
        } else if !byte.is_ascii_whitespace() || symbols.length == 0 {
            end_symbols(found, &mut symbols, at);
        }
        if class & BASE64 != 0 {
            blob.push(at, class, HEX);
        } else {
            end_blob(found, &mut blob, at);
        }
    }
    end_symbols(found, &mut symbols, text.len());
    end_blob(found, &mut blob, text.len());
    names(found);
    escapes(found);
}

#[derive(Default)]
struct Run {
    start: usize,
    length: usize,
    /// How many also belong to the smaller class.
    special: usize,
}

impl Run {
    fn push(&mut self, at: usize, class: u8, special: u8) {
        if self.length == 0 {
            self.start = at;
        }
        self.length += 1;
        self.special += usize::from(class & special != 0);
    }
}

fn end_symbols(found: &mut Found<'_>, run: &mut Run, end: usize) {
    let ended = std::mem::take(run);
    if ended.length < SYMBOLS {
        return;
    }
    let slice = found.text.get(ended.start..end).unwrap_or(&[]);
    let mut seen = [false; 256];
    for byte in slice {
        if let Some(flag) = seen.get_mut(usize::from(*byte)) {
            *flag = true;
        }
    }
    let distinct = seen.iter().filter(|s| **s).count();
    let brackets = slice
        .iter()
        .filter(|b| matches!(b, b'[' | b'(' | b']' | b')'))
        .count();
    let detail = format!("{} signs without a letter", ended.length);
    if ended.special * 50 >= ended.length * 49 && distinct >= 4 {
        found.add("jsfuck", detail, ended.start, end);
    } else if distinct >= 6 && brackets * 8 > ended.length {
        // Rulers and frames are made of one or two signs, without brackets.
        found.add("symbols-only", detail, ended.start, end);
    }
}

fn end_blob(found: &mut Found<'_>, run: &mut Run, end: usize) {
    let ended = std::mem::take(run);
    if ended.length < BLOB {
        return;
    }
    let text = found.text;
    let before = text
        .get(ended.start.saturating_sub(8)..ended.start)
        .unwrap_or(&[]);
    // Pictures, fonts and source maps inside style sheets and bundles.
    if before.ends_with(b"base64,") {
        return;
    }
    let slice = text.get(ended.start..end).unwrap_or(&[]);
    let bits = entropy(slice);
    let (alphabet, least) = if ended.special == ended.length {
        ("hex", 3.0)
    } else {
        ("base64", 5.0)
    };
    if bits < least {
        return;
    }
    let detail = format!(
        "{} characters of {alphabet}, {bits:.1} bits each",
        ended.length
    );
    found.add("encoded-blob", detail, ended.start, end);
}

/// Shannon entropy in bits per byte.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = bytes.len() as f64;
    counts
        .iter()
        .filter(|c| **c > 0)
        .map(|c| {
            let share = f64::from(*c) / total;
            -share * share.log2()
        })
        .sum()
}

/// `_0x3f2a`: names that obfuscators generate.
fn names(found: &mut Found<'_>) {
    let text = found.text;
    let mut count = 0_usize;
    let mut first = None;
    for at in memmem::find_iter(text, b"_0x") {
        let digits = text
            .get(at + 3..)
            .unwrap_or(&[])
            .iter()
            .take(8)
            .take_while(|b| b.is_ascii_hexdigit())
            .count();
        if digits >= 2 {
            count += 1;
            first.get_or_insert(at);
        }
    }
    if let Some(first) = first.filter(|_| count >= 20 && count * 500 > text.len()) {
        found.add(
            "hex-names",
            format!("{count} names like _0x1a2b"),
            first,
            first + 8,
        );
    }
}

/// `\x68\x74\x74\x70`: printable text written as escapes.
fn escapes(found: &mut Found<'_>) {
    let text = found.text;
    let mut count = 0_usize;
    let mut first = None;
    for at in memchr::memchr_iter(b'\\', text) {
        let rest = text.get(at + 1..).unwrap_or(&[]);
        let digits = match rest {
            [b'x', a, b, ..] => Some([*a, *b]),
            [b'u', b'0', b'0', a, b, ..] => Some([*a, *b]),
            _ => None,
        };
        let value = digits
            .and_then(|d| {
                std::str::from_utf8(&d)
                    .ok()
                    .and_then(|d| u8::from_str_radix(d, 16).ok())
            })
            .filter(u8::is_ascii_alphanumeric);
        if value.is_some() {
            count += 1;
            first.get_or_insert(at);
        }
    }
    // Letters and digits need no escape; tables of characters have a few.
    if let Some(first) = first.filter(|_| count >= 64 && count * 20 > text.len()) {
        found.add(
            "escaped-text",
            format!("{count} letters written as escapes"),
            first,
            first + 4,
        );
    }
}
