//! Lines: code far to the right of where a reader looks, and minified text.

use super::Found;

/// Blanks after which code stands outside of any editor or review window.
const FAR_RIGHT: usize = 120;
/// Lines longer than this on average are not written by hand.
const LONG_LINES: usize = 300;

pub(super) fn look(found: &mut Found<'_>) {
    let text = found.text;
    let mut start = 0;
    let mut lines = 0_usize;
    let mut long = 0_usize;
    loop {
        let end = memchr::memchr(b'\n', text.get(start..).unwrap_or(&[]))
            .map_or(text.len(), |at| start + at);
        let line = text.get(start..end).unwrap_or(&[]);
        lines += 1;
        if line.len() > FAR_RIGHT {
            hidden_right(found, line, start);
            if line.len() > 1_000 {
                long += line.len();
            }
        }
        if end >= text.len() {
            break;
        }
        start = end + 1;
    }
    if text.len() > 2_000 && long * 2 > text.len() && text.len() / lines > LONG_LINES {
        let blanks = text.iter().filter(|b| b.is_ascii_whitespace()).count();
        if blanks * 12 < text.len() {
            let detail = format!("{} bytes in {lines} lines", text.len());
            found.add("minified", detail, 0, text.len());
        }
    }
}

fn hidden_right(found: &mut Found<'_>, line: &[u8], offset: usize) {
    let mut run = 0;
    let mut at = 0;
    // A run that starts the line is deep nesting unless it is absurd.
    let mut seen_text = false;
    while at < line.len() {
        let byte = line.get(at).copied().unwrap_or(0);
        if byte == b' ' || byte == b'\t' {
            run += if byte == b'\t' { 4 } else { 1 };
            at += 1;
            continue;
        }
        let needed = if seen_text { FAR_RIGHT } else { FAR_RIGHT * 2 };
        if run >= needed {
            let rest = line.get(at..).unwrap_or(&[]);
            if looks_like_code(rest) {
                let detail = format!("{} bytes of code after {run} blanks", rest.len());
                found.add("hidden-right", detail, offset + at, offset + line.len());
                return;
            }
        }
        run = 0;
        seen_text = true;
        at += 1;
    }
}

/// Tables, ASCII art and comment frames end in a few signs; code has names
/// and calls or operators.
fn looks_like_code(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii();
    if rest.len() < 12
        || rest.starts_with(b"//")
        || rest.starts_with(b"#")
        || rest.starts_with(b"/*")
    {
        return false;
    }
    let letters = rest.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let signs = rest
        .iter()
        .filter(|b| matches!(b, b'(' | b')' | b';' | b'=' | b'{' | b'}' | b'[' | b']'))
        .count();
    let call = rest.contains(&b'(') || rest.contains(&b'=');
    call && letters >= 6 && signs >= 3
}
