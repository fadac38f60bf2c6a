//! The data of a zip's entries.

use std::io::Read;

use bytes::{Buf as _, Bytes};

use super::header::{Central, DESCRIPTOR, LOCAL, Local};
use crate::archive::decompress;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// An entry's bytes.
pub(super) enum Decoded {
    Memory(Bytes),
    Stream(Box<dyn Read>),
    /// The method is not known.
    Missing,
}

/// By the method's number (APPNOTE 4.4.5).
pub(super) fn decode(method: u16, data: Bytes) -> Decoded {
    match method {
        STORED => Decoded::Memory(data),
        DEFLATED => Decoded::Stream(Box::new(flate2::bufread::DeflateDecoder::new(
            data.reader(),
        ))),
        12 => Decoded::Stream(decompress::bzip2(data)),
        93 => decompress::zstd(data).map_or(Decoded::Missing, Decoded::Stream),
        95 => Decoded::Stream(decompress::xz(data)),
        _ => Decoded::Missing,
    }
}

/// Where the data of an entry ends that no directory describes, and what a
/// directory would have said of it.
pub(super) fn measure(bytes: &Bytes, local: &Local, limit: usize) -> (Central, usize) {
    let packed = usize::try_from(local.packed).unwrap_or(usize::MAX);
    let described = local.flags & DESCRIPTOR != 0 && packed == 0;
    let data = local.data.min(limit);
    let mut central = Central {
        name: local.name.clone(),
        flags: local.flags,
        method: local.method,
        crc32: local.crc32,
        packed: local.packed,
        size: local.size,
        mode: None,
        offset: 0,
    };
    if !described {
        return (central, data.saturating_add(packed).min(limit));
    }
    // The next header bounds it from above; a deflate stream ends itself.
    let window = bytes.get(data..limit).unwrap_or_default();
    let end = memchr::memmem::find(window, LOCAL)
        .or_else(|| memchr::memmem::find(window, super::header::CENTRAL))
        .map_or(limit, |found| data.saturating_add(found));
    let descriptor = bytes
        .get(data..end)
        .and_then(|window| memchr::memmem::rfind(window, b"PK\x07\x08"))
        .map(|found| data.saturating_add(found));
    let Some(at) = descriptor else {
        return (central, end);
    };
    if let (Some(crc), Some(size)) = (
        super::header::u32_at(bytes, at.saturating_add(4)),
        super::header::u32_at(bytes, at.saturating_add(12)),
    ) {
        central.crc32 = crc;
        central.size = u64::from(size);
    }
    (central, at)
}
