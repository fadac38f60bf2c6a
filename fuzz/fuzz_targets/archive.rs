//! Any bytes as an archive: it ends, within its limits, and no path leads out.
#![no_main]

use lazaret_artifact::{Limits, Source, load};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        unpacked_bytes: 8 << 20,
        ratio_floor: 8 << 20,
        entry_bytes: 1 << 20,
        entries: 2000,
        ..Limits::default()
    };
    let source = Source::bytes("input", bytes.to_vec());
    let (artifact, entries) = load(&source, &limits).expect("within the limit");
    assert!(artifact.entries <= limits.entries);
    for entry in entries {
        assert!(!entry.path.starts_with('/'));
        assert!(entry.path.split('/').all(|name| name != ".."));
        assert!(entry.bytes.len() as u64 <= limits.entry_bytes);
    }
});
