//! Functions of IP addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{
    array::{list, plain},
    cell::Cell,
    pattern,
    registry::Function,
    string::{functions, text},
};

functions! {
    "ipv4_is_private" "s" 'b' |args| {
        let parsed = ipv4(text(args, 0));
        parsed.map_or(Cell::Null, |(address, _)| Cell::Bool(Ipv4Addr::from(address).is_private()))
    };
    "ipv4_is_in_range" "ss" 'b' |args| in_range(text(args, 0), text(args, 1)).map_or(Cell::Null, Cell::Bool);
    "ipv4_is_in_any_range" "s*+" 'b' |args| {
        let mut ranges = Vec::new();
        for (index, arg) in args.iter().enumerate().skip(1) {
            match list(args, index) {
                Some(items) => ranges.extend(items.iter().map(plain)),
                None => ranges.push(arg.text().into_owned()),
            }
        }
        match ipv4(text(args, 0)) {
            Some(_) => Cell::Bool(ranges.iter().any(|range| in_range(text(args, 0), range) == Some(true))),
            None => Cell::Null,
        }
    };
    "ipv4_is_match" "ss?l" 'b' |args| compare4(args).map_or(Cell::Null, |order| Cell::Bool(order == 0));
    "ipv4_compare" "ss?l" 'l' |args| compare4(args).map_or(Cell::Null, Cell::Long);
    "ipv6_is_match" "ss?l" 'b' |args| compare6(args).map_or(Cell::Null, |order| Cell::Bool(order == 0));
    "ipv6_compare" "ss?l" 'l' |args| compare6(args).map_or(Cell::Null, Cell::Long);
    "ipv6_is_in_range" "ss" 'b' |args| in_range6(text(args, 0), text(args, 1)).map_or(Cell::Null, Cell::Bool);
    "ipv6_is_in_any_range" "s*+" 'b' |args| {
        let mut ranges = Vec::new();
        for (index, arg) in args.iter().enumerate().skip(1) {
            match list(args, index) {
                Some(items) => ranges.extend(items.iter().map(plain)),
                None => ranges.push(arg.text().into_owned()),
            }
        }
        Cell::Bool(ranges.iter().any(|range| in_range6(text(args, 0), range) == Some(true)))
    };
    "parse_ipv4" "s" 'l' |args| ipv4(text(args, 0)).map_or(Cell::Null, |(address, bits)| {
        Cell::Long(i64::from(address & mask4(bits)))
    });
    "parse_ipv4_mask" "sl" 'l' |args| {
        let bits = args.get(1).and_then(Cell::long).and_then(|bits| u32::try_from(bits).ok()).unwrap_or(32);
        ipv4(text(args, 0)).map_or(Cell::Null, |(address, own)| Cell::Long(i64::from(address & mask4(bits.min(own)))))
    };
    "parse_ipv6" "s" 's' |args| ipv6(text(args, 0)).map_or(Cell::Null, |(address, bits)| {
        let segments = Ipv6Addr::from(address & mask6(bits)).segments();
        Cell::owned(segments.map(|segment| format!("{segment:04x}")).join(":"))
    });
    "format_ipv4" "*?l" 's' |args| masked(args).map_or(Cell::owned(""), |(address, _)| Cell::owned(address.to_string()));
    "format_ipv4_mask" "*?l" 's' |args| masked(args).map_or(Cell::owned(""), |(address, bits)| {
        Cell::owned(format!("{address}/{bits}"))
    });
    "ipv4_netmask_suffix" "s" 'l' |args| ipv4(text(args, 0)).map_or(Cell::Null, |(_, bits)| Cell::Long(bits.into()));
    "has_ipv4" "ss" 'b' |args| Cell::Bool(addresses(text(args, 0)).any(|found| found == text(args, 1)));
    "has_any_ipv4" "s*+" 'b' |args| {
        let wanted = wanted(args);
        Cell::Bool(addresses(text(args, 0)).any(|found| wanted.iter().any(|wanted| wanted == found)))
    };
    "has_ipv4_prefix" "ss" 'b' |args| Cell::Bool(addresses(text(args, 0)).any(|found| begins(found, text(args, 1))));
    "has_any_ipv4_prefix" "s*+" 'b' |args| {
        let wanted = wanted(args);
        Cell::Bool(addresses(text(args, 0)).any(|found| wanted.iter().any(|wanted| begins(found, wanted))))
    };
}

/// The first argument's network, by the shorter of its own prefix and the second
/// argument.
fn masked(args: &[Cell<'_>]) -> Option<(Ipv4Addr, u32)> {
    let given = match args.get(1) {
        Some(bits) => bits
            .long()
            .and_then(|bits| u32::try_from(bits).ok())
            .filter(|bits| *bits <= 32)?,
        None => 32,
    };
    let own = match args.first()? {
        Cell::Text(text) if text.contains('/') => ipv4(text)?.1,
        _ => 32,
    };
    let bits = given.min(own);
    let address = address_of(args.first())?;
    Some((Ipv4Addr::from(address & mask4(bits)), bits))
}

fn wanted(args: &[Cell<'_>]) -> Vec<String> {
    let mut out = Vec::new();
    for (index, arg) in args.iter().enumerate().skip(1) {
        match list(args, index) {
            Some(items) => out.extend(items.iter().map(plain)),
            None => out.push(arg.text().into_owned()),
        }
    }
    out
}

fn mask4(bits: u32) -> u32 {
    u32::MAX.checked_shl(32 - bits.min(32)).unwrap_or(0)
}

fn mask6(bits: u32) -> u128 {
    u128::MAX.checked_shl(128 - bits.min(128)).unwrap_or(0)
}

/// `a.b.c.d`, perhaps with `/bits`.
fn ipv4(text: &str) -> Option<(u32, u32)> {
    let (address, bits) = match text.trim().split_once('/') {
        Some((address, bits)) => (address, bits.parse().ok().filter(|bits| *bits <= 32)?),
        None => (text.trim(), 32),
    };
    Some((address.parse::<Ipv4Addr>().ok()?.into(), bits))
}

fn ipv6(text: &str) -> Option<(u128, u32)> {
    let (address, bits) = match text.trim().split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
        None => (text.trim(), None),
    };
    match address.parse::<IpAddr>().ok()? {
        IpAddr::V4(address) => Some((
            address.to_ipv6_mapped().into(),
            bits.map_or(128, |bits| 96 + bits.min(32)),
        )),
        IpAddr::V6(address) => Some((address.into(), bits.unwrap_or(128).min(128))),
    }
}

pub(crate) fn in_range(address: &str, range: &str) -> Option<bool> {
    let ((address, own), (range, bits)) = (ipv4(address)?, ipv4(range)?);
    let mask = mask4(bits);
    Some(own >= bits && address & mask == range & mask)
}

pub(crate) fn in_range6(address: &str, range: &str) -> Option<bool> {
    let ((address, own), (range, bits)) = (ipv6(address)?, ipv6(range)?);
    let mask = mask6(bits);
    Some(own >= bits && address & mask == range & mask)
}

fn compare4(args: &[Cell<'_>]) -> Option<i64> {
    let ((a, x), (b, y)) = (ipv4(text(args, 0))?, ipv4(text(args, 1))?);
    let bits = args
        .get(2)
        .and_then(Cell::long)
        .and_then(|bits| u32::try_from(bits).ok())
        .unwrap_or(32);
    let mask = mask4(bits.min(x).min(y));
    Some((a & mask).cmp(&(b & mask)) as i64)
}

fn compare6(args: &[Cell<'_>]) -> Option<i64> {
    let ((a, x), (b, y)) = (ipv6(text(args, 0))?, ipv6(text(args, 1))?);
    let bits = args
        .get(2)
        .and_then(Cell::long)
        .and_then(|bits| u32::try_from(bits).ok())
        .unwrap_or(128);
    let mask = mask6(bits.min(x).min(y));
    Some((a & mask).cmp(&(b & mask)) as i64)
}

fn address_of(cell: Option<&Cell<'_>>) -> Option<u32> {
    match cell? {
        Cell::Long(number) => u32::try_from(*number).ok(),
        cell => ipv4(&cell.text()).map(|(address, bits)| address & mask4(bits)),
    }
}

/// The addresses in a text that stand free of letters and digits.
/// Whether an address begins with a prefix: a whole address, or one that ends
/// with a dot.
fn begins(address: &str, prefix: &str) -> bool {
    address == prefix || prefix.ends_with('.') && address.starts_with(prefix)
}

fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let found: Vec<&str> = pattern::with(r"\d{1,3}(?:\.\d{1,3}){3}", |regex| {
        regex
            .find_iter(text)
            .filter(|found| {
                let part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                let before = text
                    .get(..found.start())
                    .and_then(|text| text.chars().next_back());
                let after = text.get(found.end()..).and_then(|text| text.chars().next());
                !part(before) && !part(after) && found.as_str().parse::<Ipv4Addr>().is_ok()
            })
            .map(|found| found.as_str())
            .collect()
    })
    .unwrap_or_default();
    found.into_iter()
}
