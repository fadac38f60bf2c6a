//! Values of search expressions: wildcards, any case, addresses.

use std::net::IpAddr;

use regex::Regex;

use super::value;
use crate::functions::{cell::Cell, pattern};

/// What a field must be.
#[derive(Clone, Debug)]
pub enum Matcher {
    /// Anything at all.
    Any,
    /// The text, in lower case, and the number it reads as.
    Exact(String, Option<f64>),
    /// Pieces between wildcards, in lower case.
    Pieces(Vec<String>),
    /// Within a network, or that text.
    Network(IpAddr, u8, String),
}

impl Matcher {
    /// The matcher of a value as written.
    pub fn new(written: &str) -> Self {
        if !written.is_empty() && written.chars().all(|c| c == '*') {
            return Self::Any;
        }
        let lower = written.to_lowercase();
        if lower.contains('*') {
            return Self::Pieces(lower.split('*').map(str::to_owned).collect());
        }
        if let Some((address, bits)) = network(written) {
            return Self::Network(address, bits, lower);
        }
        let number = value::parse(&lower);
        Self::Exact(lower, number)
    }

    /// Whether one of the field's values fits.
    pub fn fits(&self, cell: &Cell<'_>) -> bool {
        match cell {
            Cell::Null => false,
            Cell::Dynamic(_) => value::values(cell).iter().any(|text| self.text(text)),
            Cell::Text(text) => self.text(text),
            cell => match self {
                Self::Exact(_, Some(number)) => value::number(cell) == Some(*number),
                _ => value::text(cell).is_some_and(|text| self.text(&text)),
            },
        }
    }

    /// Whether a text fits.
    pub fn text(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(wanted, number) => {
                same(text, wanted)
                    || number.is_some_and(|number| value::parse(text) == Some(number))
            }
            Self::Pieces(pieces) => {
                let plain = text.is_ascii() && !text.bytes().any(|b| b.is_ascii_uppercase());
                match plain {
                    true => fits(pieces, text),
                    false => fits(pieces, &text.to_lowercase()),
                }
            }
            Self::Network(address, bits, written) => {
                same(text, written) || within(text, *address, *bits)
            }
        }
    }
}

fn same(text: &str, lower: &str) -> bool {
    if text.is_ascii() {
        text.eq_ignore_ascii_case(lower)
    } else {
        text.to_lowercase() == lower
    }
}

fn fits(pieces: &[String], text: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else {
        return text.is_empty();
    };
    let Some(mut left) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return left.is_empty();
    };
    for piece in middle {
        match left.find(piece.as_str()) {
            Some(at) => left = left.get(at + piece.len()..).unwrap_or(""),
            None => return false,
        }
    }
    left.ends_with(last.as_str())
}

/// `192.0.2.0/24`
pub fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.trim().split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let bits: u8 = bits.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    (bits <= most).then_some((address, bits))
}

/// Whether the address in `text` is within a network.
pub fn within(text: &str, network: IpAddr, bits: u8) -> bool {
    let Ok(address) = text.trim().parse::<IpAddr>() else {
        return false;
    };
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            u32::from(a) & mask == u32::from(b) & mask
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            u128::from(a) & mask == u128::from(b) & mask
        }
        _ => false,
    }
}

/// A bare word or phrase of a search as an expression over an event's text:
/// it stands between characters that are neither letters nor digits.
///
/// # Errors
/// When it is too large.
pub fn term(written: &str) -> Result<Regex, String> {
    let mut out = String::from("(?is)");
    if written.starts_with(|c: char| c.is_alphanumeric()) {
        out.push_str(r"(?:^|[^\p{L}\p{N}])");
    }
    for (index, piece) in written.split('*').enumerate() {
        if index > 0 {
            out.push_str(".*?");
        }
        out.push_str(&regex::escape(piece));
    }
    if written.ends_with(|c: char| c.is_alphanumeric()) {
        out.push_str(r"(?:$|[^\p{L}\p{N}])");
    }
    pattern::compile(&out)
}

/// A name with `*` as an expression over names, each `*` a group.
pub fn names(written: &str) -> Option<Regex> {
    let mut out = String::from("^");
    for (index, piece) in written.split('*').enumerate() {
        if index > 0 {
            out.push_str("(.*)");
        }
        out.push_str(&regex::escape(piece));
    }
    out.push('$');
    pattern::compile(&out).ok()
}
