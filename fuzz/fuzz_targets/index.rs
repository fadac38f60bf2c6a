//! Damaged index files: an error, never a panic.
//!
//! A whole index is taken and changed, or the file would be given up at its
//! magic number; where the header is changed its checksum is mended.
#![no_main]

use std::sync::LazyLock;

use lazaret_intel::{
    index::{Index, build},
    parse_osv,
};
use libfuzzer_sys::fuzz_target;

/// Bytes of the header before its checksum, and with it.
const HEADER: (usize, usize) = (60, 76);

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let entries = ["a", "b", "c"].into_iter().flat_map(|name| {
        let document = format!(
            r#"{{"id":"MAL-2026-{name}","affected":[{{"package":{{"ecosystem":"npm","name":"{name}"}},"versions":["1.0.0"],"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"2"}}]}}]}}]}}"#
        );
        parse_osv(document.as_bytes()).expect("a record")
    });
    build(entries.collect(), 0).expect("an index")
});

fuzz_target!(|input: (Vec<(u16, u8)>, u16)| {
    let (changes, length) = input;
    let mut bytes = WHOLE.clone();
    if usize::from(length) < bytes.len() {
        bytes.truncate(usize::from(length));
    }
    for (place, value) in changes {
        let place = usize::from(place) % bytes.len().max(1);
        if let Some(byte) = bytes.get_mut(place) {
            *byte = value;
        }
    }
    if bytes.len() >= HEADER.1 {
        let sum = blake3::hash(&bytes[..HEADER.0]);
        bytes[HEADER.0..HEADER.1].copy_from_slice(&sum.as_bytes()[..HEADER.1 - HEADER.0]);
    }
    let path = std::env::temp_dir().join(format!("lazaret-fuzz-index-{}", std::process::id()));
    std::fs::write(&path, &bytes).expect("a temporary file");
    if let Ok((index, _)) = Index::open(&path) {
        let _ = index.verify();
        let _ = index.entries();
        for name in ["a", "b", "c", "d"] {
            let _ = index.lookup(&format!("pkg:npm/{name}@1.0.0").parse().expect("a package"));
        }
    }
});
