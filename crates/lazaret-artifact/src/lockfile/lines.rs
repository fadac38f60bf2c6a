//! Lines of things whose parsers do not give any.

use std::collections::HashMap;

/// The line of a byte offset, from 1.
pub(super) fn line_at(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    let count = memchr::memchr_iter(b'\n', before).count();
    u32::try_from(count.saturating_add(1)).unwrap_or(u32::MAX)
}

/// Numbers the lines of a text, from 1.
pub(super) fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.lines())
}

/// Lines by the key that begins them (JSON and YAML).
pub(super) struct KeyLines<'a>(HashMap<&'a str, (u32, bool)>);

impl<'a> KeyLines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut lines = HashMap::new();
        for (number, line) in numbered(text) {
            let line = line.trim_start();
            let key = match line.strip_prefix(['"', '\'']) {
                Some(rest) => rest.split(['"', '\'']).next().unwrap_or(rest),
                None => line
                    .split(": ")
                    .next()
                    .unwrap_or(line)
                    .trim_end_matches(':'),
            };
            // A key that opens an entry is the entry; others only mention it.
            let rest = line
                .trim_start_matches(['"', '\''])
                .get(key.len()..)
                .unwrap_or_default();
            let rest = rest.trim_start_matches(['"', '\'', ':', ' ']);
            let opens = rest.is_empty() || rest.starts_with(['{', '[']);
            let known: &mut (u32, bool) = lines.entry(key).or_insert((number, opens));
            if opens && !known.1 {
                *known = (number, opens);
            }
        }
        Self(lines)
    }

    /// 0 where it is not found.
    pub(super) fn get(&self, key: &str) -> u32 {
        self.0.get(key).map_or(0, |(line, _)| *line)
    }
}

/// Lines of a TOML array's tables, in order.
pub(super) fn tables(text: &str, header: &str) -> Vec<u32> {
    numbered(text)
        .filter(|(_, line)| line.trim() == header)
        .map(|(number, _)| number)
        .collect()
}
