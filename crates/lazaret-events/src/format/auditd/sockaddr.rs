//! Socket addresses as the kernel dumps them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// An address that we understand.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// An IPv4 or IPv6 endpoint.
    Ip(String, u16),
    /// A path, or an abstract name after `@`.
    Unix(String),
    /// Some other family, by its number.
    Other(u16),
}

/// Decodes `struct sockaddr` (families of `socket.h`; the family is in the
/// machine's order, which is little-endian on all we read).
pub(super) fn decode(bytes: &[u8]) -> Option<Address> {
    let family = u16::from_le_bytes([*bytes.first()?, *bytes.get(1)?]);
    let port = || Some(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]));
    Some(match family {
        1 => {
            let path = bytes.get(2..)?;
            let (mark, path) = match path.split_first() {
                Some((0, rest)) => ("@", rest),
                _ => ("", path),
            };
            let path = path.split(|byte| *byte == 0).next().unwrap_or_default();
            Address::Unix(format!("{mark}{}", String::from_utf8_lossy(path)))
        }
        2 => {
            let address: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
            Address::Ip(Ipv4Addr::from(address).to_string(), port()?)
        }
        10 => {
            let address: [u8; 16] = bytes.get(8..24)?.try_into().ok()?;
            let address = Ipv6Addr::from(address);
            let shown = match address.to_ipv4_mapped() {
                Some(mapped) => mapped.to_string(),
                None => address.to_string(),
            };
            Address::Ip(shown, port()?)
        }
        other => Address::Other(other),
    })
}

/// Reads `{ saddr_fam=inet laddr=192.0.2.1 lport=443 }`, which interpreted
/// and enriched records have.
pub(super) fn interpreted(text: &str) -> Option<Address> {
    let inner = text.trim().trim_matches(['{', '}', '"']);
    let get = |key: &str| {
        let mut words = inner.split_ascii_whitespace();
        words.find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    };
    match get("saddr_fam").or_else(|| get("fam"))? {
        "inet" | "inet6" => Some(Address::Ip(
            get("laddr")?.to_owned(),
            get("lport")?.parse().ok()?,
        )),
        "local" | "unix" => Some(Address::Unix(get("path").unwrap_or_default().to_owned())),
        _ => Some(Address::Other(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let v4 = [2, 0, 1, 0xbb, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(decode(&v4), Some(Address::Ip("192.0.2.7".to_owned(), 443)));
        assert_eq!(
            decode(b"\x01\0\0tmp/x\0\0"),
            Some(Address::Unix("@tmp/x".to_owned()))
        );
        assert_eq!(decode(&[2, 0, 1]), None);
        assert_eq!(
            interpreted("{ saddr_fam=inet laddr=192.0.2.7 lport=443 }"),
            Some(Address::Ip("192.0.2.7".to_owned(), 443))
        );
    }
}
