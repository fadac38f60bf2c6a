//! Texts as JavaScript counts them: in UTF-16 units.
//!
//! Decoders ask for one unit of a long text again and again; the last texts
//! asked for are kept in units.

use std::{cell::RefCell, rc::Rc};

/// Half of a surrogate pair has no place in a Rust text: it stands in the
/// last private plane.
const LONE: u32 = 0x10_0000;

thread_local! {
    static RECENT: RefCell<Vec<(Rc<str>, Units)>> = const { RefCell::new(Vec::new()) };
}

/// A text by units.
#[derive(Clone, Debug)]
pub(super) enum Units {
    Ascii(Rc<str>),
    Wide(Rc<[u16]>),
}

impl Units {
    /// The units of `text`.
    pub(super) fn of(text: &Rc<str>) -> Self {
        if text.len() <= 64 && text.is_ascii() {
            return Self::Ascii(text.clone());
        }
        RECENT.with_borrow_mut(|recent| {
            if let Some((_, units)) = recent.iter().find(|(known, _)| Rc::ptr_eq(known, text)) {
                return units.clone();
            }
            let units = if text.is_ascii() {
                Self::Ascii(text.clone())
            } else {
                Self::Wide(encode(text).into())
            };
            if recent.len() >= 4 {
                recent.remove(0);
            }
            recent.push((text.clone(), units.clone()));
            units
        })
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Ascii(text) => text.len(),
            Self::Wide(units) => units.len(),
        }
    }

    pub(super) fn at(&self, at: usize) -> Option<u16> {
        match self {
            Self::Ascii(text) => text.as_bytes().get(at).map(|b| u16::from(*b)),
            Self::Wide(units) => units.get(at).copied(),
        }
    }

    /// The units from `start` to before `end`, as text.
    pub(super) fn part(&self, start: usize, end: usize) -> String {
        match self {
            Self::Ascii(text) => text
                .get(start..end.min(text.len()))
                .unwrap_or("")
                .to_owned(),
            Self::Wide(units) => decode(units.get(start..end.min(units.len())).unwrap_or_default()),
        }
    }
}

fn encode(text: &str) -> Vec<u16> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        let code = c as u32;
        if (LONE + 0xd800..LONE + 0xe000).contains(&code) {
            out.push((code - LONE) as u16);
        } else {
            let mut pair = [0; 2];
            out.extend_from_slice(c.encode_utf16(&mut pair));
        }
    }
    out
}

/// Units as text.
pub(super) fn decode(units: &[u16]) -> String {
    char::decode_utf16(units.iter().copied())
        .map(|unit| match unit {
            Ok(c) => c,
            Err(lone) => {
                char::from_u32(LONE + u32::from(lone.unpaired_surrogate())).unwrap_or('\u{fffd}')
            }
        })
        .collect()
}
