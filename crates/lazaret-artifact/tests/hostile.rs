//! Whatever the bytes, reading ends, within its limits, and no path leads out.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Write as _;

use lazaret_artifact::{Limits, LockFormat, Source, load, parse_lockfile};
use proptest::prelude::*;

fn limits() -> Limits {
    Limits {
        unpacked_bytes: 4 << 20,
        ratio_floor: 4 << 20,
        entry_bytes: 1 << 20,
        entries: 1000,
        ..Limits::default()
    }
}

fn check(bytes: Vec<u8>) {
    let limits = limits();
    let (artifact, entries) = load(&Source::bytes("x.zip", bytes), &limits).unwrap();
    assert!(artifact.entries <= limits.entries);
    for entry in entries {
        assert!(!entry.path.starts_with('/'), "{}", entry.path);
        assert!(
            entry.path.split('/').all(|name| name != ".."),
            "{}",
            entry.path
        );
        assert!(entry.bytes.len() as u64 <= limits.entry_bytes);
    }
}

/// A gzipped tar with a zip inside, and a zip with that inside.
fn seeds() -> Vec<Vec<u8>> {
    let tar = {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, bytes) in [
            ("p/package.json", &b"{\"name\":\"a\"}"[..]),
            ("p/long/name", &[5; 900]),
        ] {
            let mut header = tar::Header::new_ustar();
            header.set_path(path).unwrap();
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            builder.append(&header, bytes).unwrap();
        }
        builder.into_inner().unwrap()
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&tar).unwrap();
    let zip = include_bytes!("data/small.zip").to_vec();
    vec![tar, gzip.finish().unwrap(), zip]
}

const FORMATS: [LockFormat; 17] = [
    LockFormat::PackageLock,
    LockFormat::Yarn,
    LockFormat::Pnpm,
    LockFormat::Bun,
    LockFormat::Requirements,
    LockFormat::Pipfile,
    LockFormat::Poetry,
    LockFormat::Uv,
    LockFormat::Pdm,
    LockFormat::Pylock,
    LockFormat::Cargo,
    LockFormat::Gemfile,
    LockFormat::Nuget,
    LockFormat::GoSum,
    LockFormat::PackageJson,
    LockFormat::Pyproject,
    LockFormat::CargoToml,
];

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
        check(bytes);
    }

    #[test]
    fn changed_and_cut_archives(
        seed in 0..3_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
        whole in any::<bool>(),
    ) {
        let mut bytes = seeds().swap_remove(seed);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        check(bytes);
    }

    #[test]
    fn any_text_as_any_lockfile(text in "[ \\-\"'{}\\[\\]:,@/=#a-z0-9.\n]{0,200}|\\PC{0,100}") {
        for format in FORMATS {
            parse_lockfile(format, "x", &text);
        }
    }
}
