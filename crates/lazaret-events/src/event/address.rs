//! Kinds of addresses, as the `LocalIPType` and `RemoteIPType` columns name
//! them, and hosts of URLs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The kind of an address; `None` where `text` is none.
///
/// Public, Private (RFC 1918, RFC 4193, link-local), Loopback, Broadcast,
/// Multicast, Reserved, Teredo and FourToSixMapping.
pub fn kind(text: &str) -> Option<&'static str> {
    let bare = text.split_once('%').map_or(text, |(address, _)| address);
    Some(match bare.parse::<IpAddr>().ok()? {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    })
}

/// The host of a URL, or of a bare `host:port`.
pub fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next()?;
    let rest = rest.rsplit('@').next()?;
    let host = match rest.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => rest.split(':').next()?,
    };
    let host = host.trim_end_matches('.');
    (!host.is_empty()).then_some(host)
}

fn v4(address: Ipv4Addr) -> &'static str {
    let [a, b, ..] = address.octets();
    if address.is_loopback() {
        "Loopback"
    } else if address.is_broadcast() {
        "Broadcast"
    } else if address.is_private() || address.is_link_local() || (a == 100 && (b & 0xc0) == 64) {
        "Private"
    } else if address.is_multicast() {
        "Multicast"
    } else if a == 0 || a >= 240 || address.is_documentation() || (a == 198 && (b & 0xfe) == 18) {
        "Reserved"
    } else {
        "Public"
    }
}

fn v6(address: Ipv6Addr) -> &'static str {
    let [a, b, ..] = address.segments();
    if address.is_loopback() {
        "Loopback"
    } else if address.to_ipv4_mapped().is_some() {
        "FourToSixMapping"
    } else if a == 0x2001 && b == 0 {
        "Teredo"
    } else if (a & 0xfe00) == 0xfc00 || (a & 0xffc0) == 0xfe80 {
        "Private"
    } else if address.is_multicast() {
        "Multicast"
    } else if address.is_unspecified() || (a == 0x2001 && b == 0xdb8) {
        "Reserved"
    } else {
        "Public"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_addresses() {
        for (text, expected) in [
            ("8.8.8.8", Some("Public")),
            ("10.1.2.3", Some("Private")),
            ("127.0.0.53", Some("Loopback")),
            ("192.0.2.1", Some("Reserved")),
            ("255.255.255.255", Some("Broadcast")),
            ("::1", Some("Loopback")),
            ("fe80::1%eth0", Some("Private")),
            ("::ffff:10.0.0.1", Some("FourToSixMapping")),
            ("2001:0:1::2", Some("Teredo")),
            ("2606:4700::1111", Some("Public")),
            ("example.com", None),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
