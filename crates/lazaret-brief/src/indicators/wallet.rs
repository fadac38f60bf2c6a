//! Cryptocurrency addresses, with their checksums verified: a wallet that a
//! clipper swaps in is an indicator, a random string is not.

use std::ops::Range;

use lazaret_model::IndicatorKind;
use sha3::{Digest, Keccak256};

pattern!(
    SHAPE,
    r"\b(?:0x[0-9a-fA-F]{40}|(?:bc1|ltc1|tb1)[02-9ac-hj-np-z]{11,71}|addr1[02-9ac-hj-np-z]{50,110}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|[LM][1-9A-HJ-NP-Za-km-z]{26,33}|D[1-9A-HJ-NP-Za-km-z]{33}|T[1-9A-HJ-NP-Za-km-z]{33}|r[1-9A-HJ-NP-Za-km-z]{24,34}|[48][0-9A-Za-z][1-9A-HJ-NP-Za-km-z]{93})\b"
);

/// Addresses whose checksum holds. `0x` addresses in one letter case carry no
/// checksum (EIP-55) and are taken as they are.
pub(super) fn find(text: &str) -> Vec<(IndicatorKind, String, Range<usize>)> {
    SHAPE
        .find_iter(text)
        .filter(|m| holds(m.as_str()))
        .map(|m| (IndicatorKind::Wallet, m.as_str().to_owned(), m.range()))
        .collect()
}

pattern!(KEY, r"\b[1-9A-HJ-NP-Za-km-z]{43,44}\b");

/// Addresses of Solana: public keys without a checksum. Only the words around
/// them tell that they are wallets.
pub(super) fn keys(text: &str) -> impl Iterator<Item = (String, Range<usize>)> {
    KEY.find_iter(text)
        .filter(|m| {
            bs58::decode(m.as_str())
                .into_vec()
                .is_ok_and(|key| key.len() == 32)
        })
        // A long word of one kind of letters is an identifier in code.
        .filter(|m| m.as_str().bytes().any(|b| b.is_ascii_digit()))
        .map(|m| (m.as_str().to_owned(), m.range()))
}

fn holds(address: &str) -> bool {
    if let Some(hex) = address.strip_prefix("0x") {
        return holds_eip55(hex);
    }
    if ["bc1", "ltc1", "tb1", "addr1"]
        .iter()
        .any(|prefix| address.starts_with(prefix))
    {
        return bech32::decode(address).is_ok();
    }
    // XRP Ledger uses Base58 with an alphabet of its own.
    if address.starts_with('r') {
        return bs58::decode(address)
            .with_alphabet(bs58::Alphabet::RIPPLE)
            .with_check(None)
            .into_vec()
            .is_ok();
    }
    if address.starts_with(['4', '8']) && address.len() == 95 {
        // Monero: blocks of Base58 with a Keccak checksum; the shape decides.
        return true;
    }
    bs58::decode(address).with_check(None).into_vec().is_ok()
}

/// EIP-55: the case of each letter is a bit of the Keccak-256 of the address.
fn holds_eip55(hex: &str) -> bool {
    let one_case = !hex.bytes().any(|b| b.is_ascii_lowercase())
        || !hex.bytes().any(|b| b.is_ascii_uppercase());
    if one_case {
        // Placeholders (`0x0000…`, `0x1111…`) are nobody's.
        let first = hex.bytes().next();
        return hex.bytes().any(|b| Some(b) != first);
    }
    let digest = Keccak256::digest(hex.to_ascii_lowercase().as_bytes());
    hex.bytes().enumerate().all(|(index, byte)| {
        let nibble = digest[index / 2] >> (if index % 2 == 0 { 4 } else { 0 }) & 0xf;
        !byte.is_ascii_alphabetic() || byte.is_ascii_uppercase() == (nibble >= 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_decide() {
        for (address, good) in [
            // Examples of EIP-55, BIP-173 and the Bitcoin wiki.
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", true),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", false),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", true),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", false),
            ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", true),
            ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", false),
            ("0x0000000000000000000000000000000000000000", false),
        ] {
            assert_eq!(find(address).len() == 1, good, "{address}");
        }
    }
}
