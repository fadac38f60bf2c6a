//! The forms that a text takes when it is encoded before it is looked for.

use crate::modifier::Encoding;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// All forms of `text` after these encodings, in order.
pub(crate) fn forms(text: &str, encodings: &[Encoding]) -> Vec<String> {
    let mut forms = vec![text.as_bytes().to_vec()];
    for encoding in encodings {
        forms = forms
            .iter()
            .flat_map(|bytes| step(bytes, *encoding))
            .collect();
    }
    forms
        .into_iter()
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}

fn step(bytes: &[u8], encoding: Encoding) -> Vec<Vec<u8>> {
    let units = || {
        String::from_utf8_lossy(bytes)
            .encode_utf16()
            .collect::<Vec<_>>()
    };
    match encoding {
        Encoding::Wide => vec![units().iter().flat_map(|unit| unit.to_le_bytes()).collect()],
        Encoding::WideBig => vec![units().iter().flat_map(|unit| unit.to_be_bytes()).collect()],
        Encoding::WideMark => {
            let mut out = vec![0xff, 0xfe];
            out.extend(units().iter().flat_map(|unit| unit.to_le_bytes()));
            vec![out]
        }
        Encoding::Base64 => {
            let mut out = base64(bytes);
            while !out.len().is_multiple_of(4) {
                out.push(b'=');
            }
            vec![out]
        }
        Encoding::Base64Offset => offsets(bytes),
    }
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 4 / 3 + 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0_u32, |word, (at, byte)| {
            word | u32::from(*byte) << (16 - 8 * at)
        });
        for at in 0..=chunk.len() {
            out.push(ALPHABET[(word >> (18 - 6 * at) & 63) as usize]);
        }
    }
    out
}

/// What of the text's encoding does not depend on its neighbours, for each of
/// the three places it may have in a group.
fn offsets(bytes: &[u8]) -> Vec<Vec<u8>> {
    (0..3)
        .map(|shift| {
            let mut padded = vec![b' '; shift];
            padded.extend_from_slice(bytes);
            let encoded = base64(&padded);
            let start = [0, 2, 3][shift];
            let cut = match padded.len() % 3 {
                0 => 0,
                _ => 1,
            };
            let end = encoded.len().saturating_sub(cut).max(start);
            encoded.get(start..end).unwrap_or_default().to_vec()
        })
        .filter(|form| !form.is_empty())
        .collect()
}

/// The dashes that Windows programs take for `-`, and `/`
/// (Sigma specification, modifier `windash`).
pub(crate) fn dashes(text: &str) -> Vec<String> {
    if !text.contains(['-', '/']) {
        return vec![text.to_owned()];
    }
    // Only the dash that starts a word introduces an option.
    let mut out = Vec::new();
    for dash in ['-', '/', '–', '—', '―'] {
        let mut form = String::with_capacity(text.len());
        let mut before = ' ';
        for c in text.chars() {
            let starts_word = !before.is_alphanumeric();
            form.push(if matches!(c, '-' | '/') && starts_word {
                dash
            } else {
                c
            });
            before = c;
        }
        if !out.contains(&form) {
            out.push(form);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_offsets_are_found_at_any_place() {
        let forms = forms("powershell", &[Encoding::Base64Offset]);
        for before in ["", "a", "ab", "abc"] {
            let text = format!("{before}powershell --x");
            let encoded = String::from_utf8(base64(text.as_bytes())).unwrap();
            assert!(forms.iter().any(|form| encoded.contains(form)), "{before}");
        }
    }

    #[test]
    fn base64_pads_as_rfc_4648() {
        for (text, encoded) in [("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(forms(text, &[Encoding::Base64]), [encoded]);
        }
    }

    #[test]
    fn options_are_looked_for_with_any_dash() {
        let forms = dashes(" -enc x-y");
        assert!(forms.contains(&" /enc x-y".to_owned()));
        assert!(forms.contains(&" —enc x-y".to_owned()));
    }
}
