//! UTF-16 files as UTF-8 (PowerShell and wevtutil write UTF-16).

use std::io::{self, Read};

/// Decodes UTF-16 with a byte order mark already taken off.
pub(crate) struct Utf16<R> {
    input: R,
    big_endian: bool,
    raw: Vec<u8>,
    ready: Vec<u8>,
    from: usize,
    high: Option<u16>,
}

impl<R: Read> Utf16<R> {
    pub(crate) fn new(input: R, big_endian: bool) -> Self {
        Self {
            input,
            big_endian,
            raw: Vec::new(),
            ready: Vec::new(),
            from: 0,
            high: None,
        }
    }

    fn push(&mut self, c: char) {
        let mut bytes = [0; 4];
        self.ready
            .extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
    }

    fn unit(&mut self, unit: u16) {
        if let Some(high) = self.high.take() {
            let mut pair = char::decode_utf16([high, unit]);
            match pair.next() {
                Some(Ok(c)) => return self.push(c),
                _ => self.push(char::REPLACEMENT_CHARACTER),
            }
        }
        match unit {
            0xd800..0xdc00 => self.high = Some(unit),
            unit => {
                self.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
        }
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.from == self.ready.len() {
            self.ready.clear();
            self.from = 0;
            let kept = self.raw.len();
            self.raw.resize(kept + 32_768, 0);
            let count = self
                .input
                .read(self.raw.get_mut(kept..).unwrap_or_default())?;
            self.raw.truncate(kept + count);
            let raw = std::mem::take(&mut self.raw);
            let mut pairs = raw.chunks_exact(2);
            for pair in &mut pairs {
                if let [a, b] = *pair {
                    self.unit(if self.big_endian {
                        u16::from_be_bytes([a, b])
                    } else {
                        u16::from_le_bytes([a, b])
                    });
                }
            }
            self.raw = pairs.remainder().to_vec();
            if count == 0 {
                if self.high.take().is_some() || !self.raw.is_empty() {
                    self.raw.clear();
                    self.push(char::REPLACEMENT_CHARACTER);
                    continue;
                }
                return Ok(0);
            }
        }
        let ready = self.ready.get(self.from..).unwrap_or_default();
        let count = ready.len().min(out.len());
        for (to, byte) in out.iter_mut().zip(ready) {
            *to = *byte;
        }
        self.from += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn decodes_what_was_encoded(text in "\\PC{0,300}", big_endian: bool) {
            let units = text.encode_utf16();
            let bytes: Vec<u8> = units
                .flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect();
            let mut out = String::new();
            Utf16::new(bytes.as_slice(), big_endian).read_to_string(&mut out).unwrap();
            proptest::prop_assert_eq!(out, text);
        }
    }
}
