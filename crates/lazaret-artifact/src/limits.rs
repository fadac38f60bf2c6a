//! What one artifact may cost.

/// Bounds on reading one artifact. Whatever they cut off is reported as a
/// [`crate::Note`], never dropped in silence.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Entries, those of nested archives included.
    pub entries: u64,
    /// Bytes of the outer file.
    pub packed_bytes: u64,
    /// Bytes that may come out of all decoders together.
    pub unpacked_bytes: u64,
    /// Bytes of one entry that are handed out.
    pub entry_bytes: u64,
    /// Unpacked bytes for each packed byte of the outer file. Only counts
    /// beyond `ratio_floor`: small files of zeros are common and harmless.
    pub ratio: u64,
    /// Unpacked bytes below which the ratio is not looked at.
    pub ratio_floor: u64,
    /// Archives within archives; 0 reads none of them.
    pub depth: u8,
    /// Bytes of one path.
    pub path_bytes: usize,
    /// Notes kept for each kind; more are only counted.
    pub notes_per_kind: u32,
    /// Names of folders that are not entered when reading a folder.
    pub skip_folders: Vec<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 200_000,
            packed_bytes: 1 << 30,
            unpacked_bytes: 4 << 30,
            entry_bytes: 64 << 20,
            ratio: 250,
            ratio_floor: 64 << 20,
            depth: 4,
            path_bytes: 1024,
            notes_per_kind: 50,
            skip_folders: [".git", ".hg", ".svn"].map(str::to_owned).into(),
        }
    }
}
