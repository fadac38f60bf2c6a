//! Decoders shared by the languages. All are bounded: the caller says how
//! many bytes may come out.

use std::io::Read;

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// Base64 of either alphabet; other characters are skipped and missing
/// padding is forgiven, as Python and Node do.
pub fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let url = text.iter().any(|b| matches!(b, b'-' | b'_'));
    let mut clean: Vec<u8> = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'=' => break,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => clean.push(*byte),
            b'+' | b'/' if !url => clean.push(*byte),
            b'-' | b'_' if url => clean.push(*byte),
            _ => {}
        }
    }
    // One character over is no byte.
    if clean.len() % 4 == 1 {
        clean.pop();
    }
    if url {
        BASE64_URL.decode(clean)
    } else {
        BASE64.decode(clean)
    }
    .ok()
}

/// To Base64.
pub fn to_base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Base32 (RFC 4648), padding and case forgiven.
pub fn base32(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut buffer, mut bits) = (0u64, 0u32);
    for byte in text {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a',
            b'2'..=b'7' => byte - b'2' + 26,
            b'=' => break,
            b if b.is_ascii_whitespace() => continue,
            _ => return None,
        };
        buffer = (buffer << 5) | u64::from(digit);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((buffer >> bits) as u8);
            buffer &= (1 << bits) - 1;
        }
    }
    Some(out)
}

/// Base85 of Python's `b85decode` (`ascii` false) or Ascii85 (`ascii` true).
pub fn base85(text: &[u8], ascii: bool) -> Option<Vec<u8>> {
    const B85: &[u8; 85] =
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    let text = text.strip_prefix(b"<~").unwrap_or(text);
    let text = text.strip_suffix(b"~>").unwrap_or(text);
    let mut out = Vec::with_capacity(text.len() * 4 / 5);
    let mut group: Vec<u8> = Vec::with_capacity(5);
    let mut flush = |group: &mut Vec<u8>| -> Option<()> {
        let missing = 5 - group.len();
        group.resize(5, 84);
        let value = group.iter().try_fold(0u32, |all, d| {
            all.checked_mul(85)?.checked_add(u32::from(*d))
        })?;
        out.extend_from_slice(value.to_be_bytes().get(..4 - missing)?);
        group.clear();
        Some(())
    };
    for byte in text {
        if byte.is_ascii_whitespace() {
            continue;
        }
        if ascii && *byte == b'z' && group.is_empty() {
            group.extend([0; 5]);
        } else {
            group.push(if ascii {
                byte.checked_sub(b'!').filter(|d| *d < 85)?
            } else {
                B85.iter().position(|c| c == byte)? as u8
            });
        }
        if group.len() == 5 {
            flush(&mut group)?;
        }
    }
    if !group.is_empty() {
        if group.len() == 1 {
            return None;
        }
        flush(&mut group)?;
    }
    Some(out)
}

/// Hexadecimal digits, blanks skipped.
pub fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .iter()
        .filter(|b| !b.is_ascii_whitespace())
        .map(|b| (*b as char).to_digit(16).map(|d| d as u8))
        .collect::<Option<_>>()?;
    if digits.len() % 2 == 1 {
        return None;
    }
    Some(
        digits
            .as_chunks::<2>()
            .0
            .iter()
            .map(|[a, b]| a << 4 | b)
            .collect(),
    )
}

/// To hexadecimal digits.
pub fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
            let _ = write!(out, "{b:02x}");
            out
        })
}

/// Rot13.
pub fn rot13(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'a'..='m' | 'A'..='M' => (c as u8 + 13) as char,
            'n'..='z' | 'N'..='Z' => (c as u8 - 13) as char,
            _ => c,
        })
        .collect()
}

/// `%41`; `plus` makes `+` a blank.
pub fn percent(text: &str, plus: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = bytes
            .get(at + 1..at + 3)
            .filter(|_| *byte == b'%')
            .and_then(hex);
        match pair.as_deref() {
            Some([value]) => {
                out.push(*value);
                at += 3;
            }
            _ => {
                out.push(if plus && *byte == b'+' { b' ' } else { *byte });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Reads all of `reader` unless it is more than `limit`; what came before an
/// error in the stream is kept.
fn read_all(mut reader: impl Read, limit: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut chunk = [0u8; 16384];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => out.extend_from_slice(chunk.get(..n)?),
            Err(_) if out.is_empty() => return None,
            Err(_) => break,
        }
        if out.len() > limit {
            return None;
        }
    }
    Some(out)
}

/// zlib (RFC 1950).
pub fn zlib(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    read_all(flate2::bufread::ZlibDecoder::new(bytes), limit)
}

/// Raw deflate (RFC 1951).
pub fn inflate(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    read_all(flate2::bufread::DeflateDecoder::new(bytes), limit)
}

/// gzip (RFC 1952).
pub fn gzip(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    read_all(flate2::bufread::MultiGzDecoder::new(bytes), limit)
}

/// bzip2.
pub fn bzip2(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    read_all(bzip2::bufread::BzDecoder::new(bytes), limit)
}

/// A Fernet token (version, time, IV, AES-128-CBC, HMAC) with its key; the
/// HMAC is not checked.
pub fn fernet(key: &[u8], token: &[u8]) -> Option<Vec<u8>> {
    use cbc::cipher::{BlockDecryptMut, KeyIvInit, block_padding::Pkcs7};
    let key = base64(key)?;
    let token = base64(token)?;
    let iv = token.get(9..25)?;
    let body = token.get(25..token.len().checked_sub(32)?)?;
    cbc::Decryptor::<aes::Aes128>::new_from_slices(key.get(16..32)?, iv)
        .ok()?
        .decrypt_padded_vec_mut::<Pkcs7>(body)
        .ok()
}

/// uuencoded text; `begin` and `end` lines are not needed.
pub fn uu(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for line in text.split(|b| *b == b'\n') {
        if line.starts_with(b"begin ") || line.starts_with(b"end") {
            continue;
        }
        let Some((first, digits)) = line.split_first() else {
            continue;
        };
        let length = usize::from(first.wrapping_sub(32) & 63);
        let start = out.len();
        let digits: Vec<u8> = digits.iter().map(|b| b.wrapping_sub(32) & 63).collect();
        for four in digits.chunks(4) {
            let digit = |at: usize| four.get(at).copied().unwrap_or(0);
            out.push(digit(0) << 2 | digit(1) >> 4);
            out.push(digit(1) << 4 | digit(2) >> 2);
            out.push(digit(2) << 6 | digit(3));
        }
        out.truncate((start + length).min(out.len()));
    }
    (!out.is_empty()).then_some(out)
}

/// xz, or lzma of old.
pub fn lzma(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    const MEMORY_KB: u32 = 64 << 10;
    if bytes.starts_with(&[0xfd, b'7', b'z', b'X', b'Z', 0]) {
        return read_all(lzma_rust2::XzReader::new(bytes, true), limit);
    }
    let reader = lzma_rust2::LzmaReader::new_mem_limit(bytes, MEMORY_KB, None).ok()?;
    read_all(reader, limit)
}
