//! Any text as a lockfile; the first byte picks the format.
#![no_main]

use lazaret_artifact::{LockFormat, parse_lockfile};
use libfuzzer_sys::fuzz_target;

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

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    if let (Some(format), Ok(text)) = (
        FORMATS.get(usize::from(*first) % FORMATS.len()),
        std::str::from_utf8(rest),
    ) {
        parse_lockfile(*format, "input", text);
    }
});
