//! Decoders of compressed streams, with bounded memory.

use std::io::{self, Read};

use bytes::{Buf as _, Bytes};

use crate::Format;

/// Largest dictionary or window that a stream may ask for.
const WINDOW_BYTES: u64 = 128 << 20;

/// A decoder for a stream of this format; `None` where it is no compressed
/// stream.
pub(super) fn decoder(format: Format, bytes: Bytes) -> Option<io::Result<Box<dyn Read>>> {
    Some(Ok(match format {
        Format::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(bytes.reader())),
        Format::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(bytes.reader())),
        Format::Xz => xz(bytes),
        Format::Zstd => match zstd(bytes) {
            Ok(decoder) => decoder,
            Err(error) => return Some(Err(error)),
        },
        _ => return None,
    }))
}

pub(super) fn xz(bytes: Bytes) -> Box<dyn Read> {
    Box::new(lzma_rust2::XzReader::new_mem_limit(
        bytes.reader(),
        true,
        u32::try_from(WINDOW_BYTES >> 10).unwrap_or(u32::MAX),
    ))
}

pub(super) fn bzip2(bytes: Bytes) -> Box<dyn Read> {
    Box::new(bzip2::bufread::BzDecoder::new(bytes.reader()))
}

pub(super) fn zstd(bytes: Bytes) -> io::Result<Box<dyn Read>> {
    let decoder =
        ruzstd::decoding::StreamingDecoder::new_with_max_window_size(bytes.reader(), WINDOW_BYTES)
            .map_err(io::Error::other)?;
    Ok(Box::new(decoder))
}

/// The file name in a gzip header (RFC 1952, FNAME), cleaned of folders.
pub(super) fn gzip_name(bytes: &[u8]) -> Option<String> {
    const FEXTRA: u8 = 4;
    const FNAME: u8 = 8;
    let flags = *bytes.get(3)?;
    if flags & FNAME == 0 {
        return None;
    }
    let mut at = 10_usize;
    if flags & FEXTRA != 0 {
        let length = usize::from(u16::from_le_bytes([*bytes.get(10)?, *bytes.get(11)?]));
        at = at.checked_add(2)?.checked_add(length)?;
    }
    let rest = bytes.get(at..)?;
    let end = memchr::memchr(0, rest.get(..rest.len().min(1024))?)?;
    let name = String::from_utf8_lossy(rest.get(..end)?).into_owned();
    let name = name.rsplit(['/', '\\']).next()?.to_owned();
    (!name.is_empty() && name != "." && name != "..").then_some(name)
}
