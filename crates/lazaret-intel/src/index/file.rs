//! The layout of the file: header, records, name table. Numbers are
//! little-endian. The table has 16 bytes for each name, sorted: the first 8
//! bytes of the BLAKE3 digest of its key, and the offset of its record.
//!
//! | offset | size | what |
//! | --- | --- | --- |
//! | 0 | 8 | `LAZARETX` |
//! | 8 | 4 | version of the layout |
//! | 12 | 8 | number of records |
//! | 20 | 8 | when it was built, seconds since 1970 |
//! | 28 | 8 | length of the records |
//! | 36 | 8 | length of the name table |
//! | 44 | 16 | BLAKE3 of records and name table, first half |
//! | 60 | 16 | BLAKE3 of bytes 0 to 60, first half |

/// Begins every index.
pub(super) const MAGIC: &[u8; 8] = b"LAZARETX";
/// Grows when the layout changes.
pub(super) const VERSION: u32 = 1;
/// Bytes of the header.
pub(super) const HEADER: usize = 76;
/// Bytes of a checksum.
pub(super) const SUM: usize = 16;
/// Bytes before each record: its length and its checksum.
pub(super) const PREFIX: usize = 8;

/// The header's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) records: u64,
    pub(super) built: i64,
    pub(super) records_length: u64,
    pub(super) names_length: u64,
    pub(super) body_sum: [u8; SUM],
}

impl Header {
    pub(super) fn encode(&self) -> [u8; HEADER] {
        let mut out = [0; HEADER];
        out[..8].copy_from_slice(MAGIC);
        out[8..12].copy_from_slice(&VERSION.to_le_bytes());
        out[12..20].copy_from_slice(&self.records.to_le_bytes());
        out[20..28].copy_from_slice(&self.built.to_le_bytes());
        out[28..36].copy_from_slice(&self.records_length.to_le_bytes());
        out[36..44].copy_from_slice(&self.names_length.to_le_bytes());
        out[44..60].copy_from_slice(&self.body_sum);
        let sum = sum(&out[..60]);
        out[60..].copy_from_slice(&sum);
        out
    }

    /// Reads a header; the error says what is wrong.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, &'static str> {
        let header: &[u8; HEADER] = bytes
            .get(..HEADER)
            .and_then(|head| head.try_into().ok())
            .ok_or("it is shorter than a header")?;
        if &header[..8] != MAGIC {
            return Err("it is not an index");
        }
        if sum(&header[..60]) != header[60..] {
            return Err("its header is damaged");
        }
        if number::<4>(header, 8) != u64::from(VERSION) {
            return Err("it was written by another version; import again");
        }
        let mut body_sum = [0; SUM];
        body_sum.copy_from_slice(&header[44..60]);
        let found = Self {
            records: number::<8>(header, 12),
            built: number::<8>(header, 20) as i64,
            records_length: number::<8>(header, 28),
            names_length: number::<8>(header, 36),
            body_sum,
        };
        let length = found
            .records_length
            .checked_add(found.names_length)
            .and_then(|body| body.checked_add(HEADER as u64));
        if length != Some(bytes.len() as u64) {
            return Err("it is cut short or has something behind it");
        }
        Ok(found)
    }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> u64 {
    let mut wide = [0; 8];
    wide[..N].copy_from_slice(&bytes[at..at + N]);
    u64::from_le_bytes(wide)
}

/// First half of the BLAKE3 digest.
pub(super) fn sum(bytes: &[u8]) -> [u8; SUM] {
    let mut out = [0; SUM];
    out.copy_from_slice(&blake3::hash(bytes).as_bytes()[..SUM]);
    out
}

/// Bytes of a row of the name table.
pub(super) const ROW: usize = 16;

/// What a package's name is found by in the name table.
pub(super) fn hash(key: &str) -> u64 {
    number::<8>(&sum(key.as_bytes()), 0)
}

/// The key of a package.
pub(super) fn key(package: &lazaret_model::Package) -> String {
    format!("{}\0{}", package.ecosystem().purl_type(), package.name())
}
