//! OSV documents, and that what is read of them is found in an index.
#![no_main]

use lazaret_intel::{
    index::{Index, build},
    parse_osv,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(entries) = parse_osv(data) {
        let packages: Vec<_> = entries.iter().map(|entry| entry.package.clone()).collect();
        let bytes = build(entries, 0).expect("what was read can be written");
        let folder = std::env::temp_dir().join(format!("lazaret-fuzz-{}", std::process::id()));
        std::fs::write(&folder, &bytes).expect("a temporary file");
        let (index, _) = Index::open(&folder).expect("what was written can be opened");
        for package in packages {
            assert!(!index.records(&package).expect("a whole record").is_empty());
        }
    }
});
