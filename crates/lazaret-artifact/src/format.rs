//! Archive formats, told by content.

use serde::{Deserialize, Serialize};

/// How files are packed, whatever the name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// tar (ustar, GNU, pax).
    Tar,
    /// zip, with anything before it.
    Zip,
    /// gzip, of one file or a tar.
    Gzip,
    /// bzip2, of one file or a tar.
    Bzip2,
    /// xz, of one file or a tar.
    Xz,
    /// Zstandard, of one file or a tar.
    Zstd,
    /// Known, but not opened: 7z, RAR, cabinet.
    Unsupported,
}

/// Bytes from the start that tell a format for sure.
pub(crate) const SNIFF_BYTES: usize = 512;

/// What begins with these bytes; [`SNIFF_BYTES`] of them suffice. A zip with
/// something before it is not seen here.
pub(crate) fn sniff(head: &[u8]) -> Option<Format> {
    const MAGIC: &[(&[u8], Format)] = &[
        (b"PK\x03\x04", Format::Zip),
        // An empty zip: its end record counts nothing.
        (b"PK\x05\x06\0\0\0\0\0\0\0\0", Format::Zip),
        (b"\x1f\x8b\x08", Format::Gzip),
        (b"BZh", Format::Bzip2),
        (b"\xfd7zXZ\x00", Format::Xz),
        (b"\x28\xb5\x2f\xfd", Format::Zstd),
        (b"7z\xbc\xaf\x27\x1c", Format::Unsupported),
        (b"Rar!\x1a\x07", Format::Unsupported),
        (b"MSCF\0\0\0\0", Format::Unsupported),
    ];
    if let Some((magic, format)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        // `BZh` is also text: a level digit and the block mark must follow.
        let sure = *magic != b"BZh"
            || head.get(3).is_some_and(u8::is_ascii_digit)
                && matches!(head.get(4..6), Some(b"1A" | b"\x17\x72"));
        return sure.then_some(*format);
    }
    is_tar(head).then_some(Format::Tar)
}

/// Whether the first block is a tar header with a right checksum. The old
/// format has no magic, so the checksum decides.
pub(crate) fn is_tar(head: &[u8]) -> bool {
    let Some(block) = head.get(..512) else {
        return false;
    };
    block.first().is_some_and(|b| *b != 0) && checksum_fits(block)
}

/// Whether a tar header block carries its own checksum.
pub(crate) fn checksum_fits(block: &[u8]) -> bool {
    let Some(field) = block.get(148..156) else {
        return false;
    };
    let digits: String = field
        .iter()
        .map(|b| char::from(*b))
        .skip_while(|c| *c == ' ')
        .take_while(|c| c.is_digit(8))
        .collect();
    let Ok(stored) = i64::from_str_radix(&digits, 8) else {
        return false;
    };
    let rest = block
        .iter()
        .enumerate()
        .filter(|(at, _)| !(148..156).contains(at));
    // Old tools summed signed bytes; both are in use.
    let (unsigned, signed) = rest.fold((256_i64, 256_i64), |(unsigned, signed), (_, byte)| {
        (
            unsigned + i64::from(*byte),
            signed + i64::from(byte.cast_signed()),
        )
    });
    stored == unsigned || stored == signed
}

/// What the ending of a file name promises.
pub(crate) fn promised(name: &str) -> Option<Format> {
    const ENDINGS: &[(&str, Format)] = &[
        (".tgz", Format::Gzip),
        (".tar.gz", Format::Gzip),
        (".crate", Format::Gzip),
        (".tar.bz2", Format::Bzip2),
        (".tar.xz", Format::Xz),
        (".tar.zst", Format::Zstd),
        (".gem", Format::Tar),
        (".tar", Format::Tar),
        (".zip", Format::Zip),
        (".whl", Format::Zip),
        (".nupkg", Format::Zip),
        (".vsix", Format::Zip),
        (".jar", Format::Zip),
    ];
    let name = name.to_ascii_lowercase();
    ENDINGS
        .iter()
        .find(|(ending, _)| name.ends_with(ending))
        .map(|(_, format)| *format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_bzip2_is_text() {
        assert_eq!(sniff(b"BZh is a file magic"), None);
        assert_eq!(sniff(b"BZh91AY&SY"), Some(Format::Bzip2));
    }
}
