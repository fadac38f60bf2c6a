//! Hashes, base64, URL encoding, compression.

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::Sha256;

use super::{
    cell::Cell,
    registry::Function,
    string::{functions, text},
};

/// Standard base64; padding may be absent, as in real command lines.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

functions! {
    "base64_encode_tostring" "s" 's' |args| Cell::owned(BASE64.encode(text(args, 0)));
    "base64_encodestring" "s" 's' |args| Cell::owned(BASE64.encode(text(args, 0)));
    "base64_decode_tostring" "s" 's' |args| decoded(args).map_or(Cell::Null, |bytes| utf8(&bytes));
    "base64_decodestring" "s" 's' |args| decoded(args).map_or(Cell::Null, |bytes| utf8(&bytes));
    "base64_decode_toarray" "s" 'd' |args| decoded(args).map_or(Cell::Null, |bytes| Cell::dynamic(&bytes.into()));
    "url_decode" "s" 's' |args| Cell::owned(url_decoded(text(args, 0)));
    "url_encode" "s" 's' |args| Cell::owned(url_encoded(text(args, 0), "+"));
    "url_encode_component" "s" 's' |args| Cell::owned(url_encoded(text(args, 0), "%20"));
    "hash_sha256" "*" 's' |args| Cell::owned(hex(&Sha256::digest(whole(args))));
    "hash_sha1" "*" 's' |args| Cell::owned(hex(&Sha1::digest(whole(args))));
    "hash_md5" "*" 's' |args| Cell::owned(hex(&Md5::digest(whole(args))));
}

fn whole(args: &[Cell<'_>]) -> String {
    args.first()
        .map(|cell| cell.text().into_owned())
        .unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn decoded(args: &[Cell<'_>]) -> Option<Vec<u8>> {
    BASE64.decode(text(args, 0).trim()).ok()
}

fn utf8(bytes: &[u8]) -> Cell<'static> {
    std::str::from_utf8(bytes).map_or(Cell::Null, Cell::owned)
}

fn url_encoded(text: &str, space: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let encoded = text.bytes().map(|byte| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        b' ' => space.to_owned(),
        byte => format!("%{byte:02x}"),
    });
    encoded.collect()
}

fn url_decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let rest: Vec<u8> = bytes.clone().take(2).collect();
                match std::str::from_utf8(&rest)
                    .ok()
                    .filter(|text| text.len() == 2)
                    .and_then(|text| u8::from_str_radix(text, 16).ok())
                {
                    Some(decoded) => {
                        out.push(decoded);
                        bytes.next();
                        bytes.next();
                    }
                    None => out.push(byte),
                }
            }
            b'+' => out.push(b' '),
            byte => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
