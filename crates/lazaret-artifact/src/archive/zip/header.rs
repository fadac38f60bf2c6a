//! The records of a zip.

use bytes::Bytes;

pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
pub(super) const CENTRAL: &[u8] = b"PK\x01\x02";
/// Flag bit 0.
pub(super) const ENCRYPTED: u16 = 1;
/// Flag bit 3: sizes and checksum follow the data.
pub(super) const DESCRIPTOR: u16 = 8;

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let field = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(field.try_into().ok()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(field.try_into().ok()?))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(field.try_into().ok()?))
}

/// A file as the directory lists it.
#[derive(Clone, Debug)]
pub(super) struct Central {
    pub name: Bytes,
    pub flags: u16,
    pub method: u16,
    pub crc32: u32,
    pub packed: u64,
    pub size: u64,
    /// Unix mode, where a Unix tool made it.
    pub mode: Option<u32>,
    /// From the first byte of the zip proper.
    pub offset: u64,
}

impl Central {
    /// The record at this offset, and where the next one is.
    pub(super) fn read(bytes: &Bytes, at: usize) -> Option<(Self, usize)> {
        let record = bytes.get(at..)?;
        if !record.starts_with(CENTRAL) {
            return None;
        }
        let name_length = usize::from(u16_at(record, 28)?);
        let extra_length = usize::from(u16_at(record, 30)?);
        let comment_length = usize::from(u16_at(record, 32)?);
        let name_at = at.checked_add(46)?;
        let extra_at = name_at.checked_add(name_length)?;
        let next = extra_at
            .checked_add(extra_length)?
            .checked_add(comment_length)?;
        let extra = bytes.get(extra_at..extra_at.checked_add(extra_length)?)?;
        let mut fields = [
            u64::from(u32_at(record, 24)?),
            u64::from(u32_at(record, 20)?),
            u64::from(u32_at(record, 42)?),
        ];
        zip64(extra, &mut fields);
        let [size, packed, offset] = fields;
        // Host system 3 is Unix, 19 is macOS.
        let host = record.get(5)?;
        let mode = matches!(host, 3 | 19)
            .then(|| u32_at(record, 38).map(|attributes| attributes >> 16))
            .flatten();
        let central = Self {
            name: bytes.slice(name_at..extra_at),
            flags: u16_at(record, 8)?,
            method: u16_at(record, 10)?,
            crc32: u32_at(record, 16)?,
            packed,
            size,
            mode,
            offset,
        };
        (next <= bytes.len()).then_some((central, next))
    }
}

/// A file's own header, before its data.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub name: Bytes,
    pub flags: u16,
    pub method: u16,
    pub crc32: u32,
    pub packed: u64,
    pub size: u64,
    /// Where its data begins.
    pub data: usize,
}

impl Local {
    pub(super) fn read(bytes: &Bytes, at: usize) -> Option<Self> {
        let record = bytes.get(at..)?;
        if !record.starts_with(LOCAL) {
            return None;
        }
        let name_at = at.checked_add(30)?;
        let extra_at = name_at.checked_add(usize::from(u16_at(record, 26)?))?;
        let data = extra_at.checked_add(usize::from(u16_at(record, 28)?))?;
        let extra = bytes.get(extra_at..data)?;
        let mut fields = [
            u64::from(u32_at(record, 22)?),
            u64::from(u32_at(record, 18)?),
        ];
        zip64(extra, &mut fields);
        let [size, packed] = fields;
        Some(Self {
            name: bytes.slice(name_at..extra_at),
            flags: u16_at(record, 6)?,
            method: u16_at(record, 8)?,
            crc32: u32_at(record, 14)?,
            packed,
            size,
            data,
        })
    }
}

/// Replaces fields of all ones by those of the zip64 extra field (id 1), which
/// has them in this order.
fn zip64(mut extra: &[u8], fields: &mut [u64]) {
    while let (Some(id), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let end = usize::from(length).saturating_add(4);
        let Some(body) = extra.get(4..end) else {
            return;
        };
        if id == 1 {
            let mut at = 0;
            for field in fields.iter_mut().filter(|f| **f == u64::from(u32::MAX)) {
                let Some(value) = u64_at(body, at) else {
                    return;
                };
                *field = value;
                at = at.saturating_add(8);
            }
            return;
        }
        extra = extra.get(end..).unwrap_or_default();
    }
}
