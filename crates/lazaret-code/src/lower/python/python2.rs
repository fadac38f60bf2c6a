//! Python 2 statements rewritten so that the parser takes them. The text
//! keeps its length, so that places stay true.

/// The text with `print x` as `print=x` and `exec x` as `exec=x`; `None`
/// where there is nothing of that.
pub(super) fn repair(source: &str) -> Option<String> {
    let mut out = source.as_bytes().to_vec();
    let mut changed = false;
    let mut start = 0;
    while start < out.len() {
        let end = out
            .get(start..)
            .and_then(|rest| rest.iter().position(|b| matches!(b, b'\n' | b';')))
            .map_or(out.len(), |at| start + at);
        let indent = out
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .take_while(|b| b.is_ascii_whitespace())
            .count();
        changed |= statement(&mut out, start + indent, end);
        // `if x: print y` on one line.
        let colon = out
            .get(start..end)
            .unwrap_or_default()
            .windows(2)
            .position(|pair| pair == b": ")
            .map(|at| start + at + 2);
        if let Some(at) = colon {
            changed |= statement(&mut out, at, end);
        }
        start = end + 1;
    }
    changed.then(|| String::from_utf8_lossy(&out).into_owned())
}

fn statement(out: &mut [u8], at: usize, end: usize) -> bool {
    let Some(text) = out.get_mut(at..end) else {
        return false;
    };
    for word in [b"print".as_slice(), b"exec"] {
        let length = word.len();
        if !text.starts_with(word) {
            continue;
        }
        let (Some(b' ' | b'\t'), Some(next)) = (text.get(length), text.get(length + 1)) else {
            continue;
        };
        if matches!(next, b'=' | b'(' | b'.' | b',' | b':' | b')')
            && !(word == b"print" && *next == b'(')
        {
            continue;
        }
        let redirected = text.get(length + 1..length + 3) == Some(b">>");
        if let Some(blank) = text.get_mut(length) {
            *blank = b'=';
        }
        if redirected && let Some(arrows) = text.get_mut(length + 1..length + 3) {
            arrows.fill(b' ');
        }
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::repair;

    #[test]
    fn statements_become_assignments_of_the_same_length() {
        let source =
            "import os\nif x:\n    print 'a', b\nexec code in ns\nprint >>err, 'x'\nif y: exec z\n";
        let repaired = repair(source).unwrap();
        assert_eq!(
            repaired,
            "import os\nif x:\n    print='a', b\nexec=code in ns\nprint=  err, 'x'\nif y: exec=z\n"
        );
        assert_eq!(repaired.len(), source.len());
        assert_eq!(repair("print('a')\nexec(code)\n"), None);
    }
}
