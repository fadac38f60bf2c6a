//! Damaged index files: an error, never a panic.
#![no_main]

use lazaret_intel::index::Index;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let path = std::env::temp_dir().join(format!("lazaret-fuzz-index-{}", std::process::id()));
    std::fs::write(&path, data).expect("a temporary file");
    if let Ok((index, _)) = Index::open(&path) {
        let _ = index.verify();
        let _ = index.entries();
        let _ = index.lookup(&"pkg:npm/a@1".parse().expect("a package"));
    }
});
