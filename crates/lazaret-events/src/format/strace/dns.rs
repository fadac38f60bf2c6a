//! Name lookups in what a program sends and receives (RFC 1035).

use std::net::IpAddr;

use crate::event::Text;

/// Answers that are read of one message.
const ANSWERS: u16 = 64;

/// A question about a name, or what was answered.
#[derive(Debug, PartialEq)]
pub(super) struct Lookup {
    pub(super) id: u16,
    pub(super) response: bool,
    pub(super) name: String,
    pub(super) kind: u16,
    pub(super) addresses: Vec<IpAddr>,
}

impl Lookup {
    /// The kind of record that was asked for.
    pub(super) fn kind(&self) -> Text {
        match self.kind {
            1 => Text::new_static("A"),
            5 => Text::new_static("CNAME"),
            12 => Text::new_static("PTR"),
            15 => Text::new_static("MX"),
            16 => Text::new_static("TXT"),
            28 => Text::new_static("AAAA"),
            other => Text::from(other.to_string()),
        }
    }
}

/// Bytes from the front on.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u16> {
        let bytes = self.take(2)?;
        Some(u16::from_be_bytes(bytes.try_into().ok()?))
    }

    /// Passes a name, which may end in a reference.
    fn pass_name(&mut self) -> Option<()> {
        loop {
            let length = *self.take(1)?.first()?;
            match length {
                0 => return Some(()),
                0xc0.. => return self.take(1).map(|_| ()),
                _ => self.take(usize::from(length)).map(|_| ())?,
            }
        }
    }
}

/// Reads a message with one question; `None` where the bytes are something
/// else, or not all of it.
pub(super) fn lookup(bytes: &[u8]) -> Option<Lookup> {
    let mut rest = Rest(bytes);
    let (id, flags, questions) = (rest.number()?, rest.number()?, rest.number()?);
    let (answers, authorities, others) = (rest.number()?, rest.number()?, rest.number()?);
    let response = flags & 0x8000 != 0;
    // A standard query, and nothing that only its answer has.
    let plain = flags & 0x7840 == 0 && questions == 1;
    if !plain || !response && (answers > 0 || authorities > 0 || others > 1 || flags & 0x8f > 0) {
        return None;
    }
    let mut name = String::new();
    loop {
        let length = usize::from(*rest.take(1)?.first()?);
        if length == 0 {
            break;
        }
        let label = rest.take(length).filter(|_| length < 64)?;
        if name.len() + length > 254 {
            return None;
        }
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(std::str::from_utf8(label).ok()?);
    }
    let (kind, class) = (rest.number()?, rest.number()?);
    if name.is_empty() || class != 1 || name.chars().any(char::is_control) {
        return None;
    }
    let mut addresses = Vec::new();
    for _ in 0..answers.min(ANSWERS) {
        let mut answer = || {
            rest.pass_name()?;
            let kind = rest.number()?;
            rest.take(6)?;
            let length = rest.number()?;
            Some((kind, rest.take(usize::from(length))?))
        };
        // What the trace cut short is not told.
        let Some((kind, data)) = answer() else { break };
        match kind {
            1 => addresses.extend(<[u8; 4]>::try_from(data).map(IpAddr::from)),
            28 => addresses.extend(<[u8; 16]>::try_from(data).map(IpAddr::from)),
            _ => {}
        }
    }
    Some(Lookup {
        id,
        response,
        name,
        kind,
        addresses,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &[u8] = b"\x11\x22\x01\0\0\x01\0\0\0\0\0\0\x03www\x07example\x03com\0\0\x01\0\x01";

    #[test]
    fn reads_questions_and_answers() {
        let asked = lookup(QUERY).unwrap();
        assert_eq!(
            (asked.name.as_str(), asked.response),
            ("www.example.com", false)
        );
        let mut answer = QUERY.to_vec();
        answer[2] = 0x81;
        answer[3] = 0x80;
        answer[7] = 2;
        // An alias, then its address.
        answer.extend(b"\xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x04\x01a\xc0\x10");
        answer.extend(b"\xc0\x2d\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x07");
        let answered = lookup(&answer).unwrap();
        assert!(answered.response);
        assert_eq!(answered.name, "www.example.com");
        assert_eq!(answered.addresses, ["192.0.2.7".parse::<IpAddr>().unwrap()]);
        for end in 0..QUERY.len() {
            assert_eq!(lookup(&QUERY[..end]), None);
        }
        assert_eq!(
            lookup(b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"),
            None
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_taken(mut bytes: Vec<u8>, like in proptest::bool::ANY) {
            if like {
                bytes.splice(..bytes.len().min(12), QUERY[..12].iter().copied());
            }
            if let Some(found) = lookup(&bytes) {
                proptest::prop_assert!(found.name.len() < 256 && found.addresses.len() <= 64);
            }
        }
    }
}
