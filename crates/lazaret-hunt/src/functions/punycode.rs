//! Punycode (RFC 3492), and names of hosts written in it.

use idna::punycode::{decode_to_string, encode_str};

use super::{
    cell::Cell,
    registry::Function,
    string::{functions, text},
};

/// What an encoded label begins with (RFC 5890).
const PREFIX: &str = "xn--";

/// Dots of domain names in any writing (RFC 3490).
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

functions! {
    "punycode_from_string" "s" 's' |args| Cell::owned(encode_str(text(args, 0)).unwrap_or_default());
    "punycode_to_string" "s" 's' |args| Cell::owned(decode_to_string(text(args, 0)).unwrap_or_default());
    "punycode_domain_to_string" "s" 's' |args| domain(text(args, 0), encoded);
    "punycode_domain_from_string" "s" 's' |args| domain(text(args, 0), decoded);
}

/// Each label by itself; an empty text where one cannot be converted.
fn domain(text: &str, label: fn(&str) -> Option<String>) -> Cell<'static> {
    let labels: Option<Vec<String>> = text.split(DOTS).map(label).collect();
    Cell::owned(labels.unwrap_or_default().join("."))
}

fn encoded(label: &str) -> Option<String> {
    match label.is_ascii() {
        true => Some(label.to_owned()),
        false => Some(format!("{PREFIX}{}", encode_str(label)?)),
    }
}

fn decoded(label: &str) -> Option<String> {
    match label.strip_prefix(PREFIX) {
        Some(encoded) => decode_to_string(encoded),
        None => Some(label.to_owned()),
    }
}
