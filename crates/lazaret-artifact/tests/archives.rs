//! What archives can do to a reader.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Write as _;

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use lazaret_artifact::{Artifact, Entry, Format, Limits, NoteKind, Packaging, Source, Want, load};

fn read(name: &str, bytes: impl Into<Bytes>) -> (Artifact, Vec<Entry>) {
    load(&Source::bytes(name, bytes), &Limits::default()).unwrap()
}

fn paths(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.path.as_str()).collect()
}

fn has(artifact: &Artifact, kind: NoteKind) -> bool {
    artifact.notes.iter().any(|note| note.kind == kind)
}

/// Paths are written raw, since the library refuses hostile ones.
fn tarball(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip of stored entries: `(local name, directory name, bytes)`; entries
/// with an empty directory name are left out of the directory.
fn zip(files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    let mut count = 0_u16;
    for (local, central, bytes) in files {
        let offset = out.len() as u32;
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let sizes = |to: &mut Vec<u8>, name: &str| {
            to.extend([0, 0, 0, 0]);
            to.extend(crc.sum().to_le_bytes());
            to.extend((bytes.len() as u32).to_le_bytes());
            to.extend((bytes.len() as u32).to_le_bytes());
            to.extend((name.len() as u16).to_le_bytes());
            to.extend([0, 0]);
        };
        out.extend(b"PK\x03\x04\x14\0\0\0\0\0");
        sizes(&mut out, local);
        out.extend(local.as_bytes());
        out.extend(*bytes);
        if !central.is_empty() {
            count += 1;
            directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0");
            sizes(&mut directory, central);
            directory.extend([0; 10]);
            directory.extend(offset.to_le_bytes());
            directory.extend(central.as_bytes());
        }
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

#[test]
fn a_package_is_known_and_its_root_taken_off() {
    let json = br#"{"name": "@a/b", "version": "1.0.0"}"#;
    let tgz = gzip(&tarball(&[
        ("package/package.json", json),
        ("package/i.js", b"1"),
    ]));
    let (artifact, entries) = read("b.tgz", tgz);
    assert_eq!(paths(&entries), ["package.json", "i.js"]);
    assert_eq!(entries[1].original, "package/i.js");
    assert_eq!(artifact.root, "package");
    assert_eq!(artifact.packaging, Some(Packaging::Npm));
    assert_eq!(artifact.package.unwrap().purl(), "pkg:npm/%40a/b@1.0.0");
    assert_eq!(artifact.notes, []);
}

#[test]
fn gzip_in_several_members_is_one_stream() {
    let tar = tarball(&[("r/a", b"hello"), ("r/b", b"world")]);
    let mut bytes = gzip(&tar[..700]);
    bytes.extend(gzip(&tar[700..]));
    let (artifact, entries) = read("x.tar.gz", bytes);
    assert_eq!(paths(&entries), ["a", "b"]);
    assert_eq!(artifact.notes, []);
}

#[test]
fn a_zip_called_tar_gz_is_read_and_noted() {
    let (artifact, entries) = read("x.tar.gz", zip(&[("a.py", "a.py", b"1")]));
    assert_eq!(artifact.format, Some(Format::Zip));
    assert_eq!(paths(&entries), ["a.py"]);
    assert!(has(&artifact, NoteKind::MisnamedArchive));
}

#[test]
fn an_end_mark_within_data_misleads_nobody() {
    let decoy = b"PK\x05\x06\0\0\0\0\x09\0\x09\0\xff\xff\0\0\xff\xff\0\0\0\0 text";
    let (artifact, entries) = read("x.zip", zip(&[("a", "a", decoy), ("b", "b", b"2")]));
    assert_eq!(paths(&entries), ["a", "b"]);
    assert_eq!(artifact.notes, []);
}

#[test]
fn self_extracting_zips_are_opened() {
    let mut bytes = b"MZ this is a program".to_vec();
    bytes.extend(zip(&[("a", "a", b"1")]));
    let (artifact, entries) = read("x.exe", bytes);
    assert_eq!(paths(&entries), ["a"]);
    assert!(has(&artifact, NoteKind::PrefixData));
}

#[test]
fn what_parsers_disagree_on_is_noted() {
    let (artifact, _) = read("x.zip", zip(&[("evil.py", "good.py", b"1")]));
    assert!(has(&artifact, NoteKind::HeaderMismatch));
    let (artifact, entries) = read("x.zip", zip(&[("a", "a", b"1"), ("a", "a", b"2")]));
    assert!(has(&artifact, NoteKind::DuplicatePath));
    assert_eq!(entries.len(), 2);
    let (artifact, entries) = read(
        "x.zip",
        zip(&[
            ("a", "a", b"1"),
            ("hidden.py", "", b"payload = 1"),
            ("b", "b", b"2"),
        ]),
    );
    assert!(has(&artifact, NoteKind::HiddenEntry));
    assert!(paths(&entries).contains(&"hidden.py"));
}

#[test]
fn truncated_archives_give_the_good_entries() {
    let whole = zip(&[("a", "a", b"first"), ("b", "b", b"second")]);
    let (artifact, entries) = read("x.whl", whole[..60].to_vec());
    assert_eq!(paths(&entries)[0], "a");
    assert_eq!(&entries[0].bytes[..], b"first");
    assert!(has(&artifact, NoteKind::TruncatedArchive));
    let tar = tarball(&[("r/a", b"first"), ("r/b", &[7; 4000])]);
    let (artifact, entries) = read("x.tar", tar[..2000].to_vec());
    assert_eq!(paths(&entries), ["a", "b"]);
    assert!(has(&artifact, NoteKind::TruncatedArchive));
    assert!(!artifact.complete());
}

#[test]
fn nested_archives_are_opened_down_to_the_limit() {
    let inner = zip(&[("x.py", "x.py", b"1")]);
    let middle = gzip(&tarball(&[("d/in.zip", &inner)]));
    let outer = zip(&[("m.tgz", "m.tgz", &middle)]);
    let (_, entries) = read("o.zip", outer.clone());
    assert_eq!(
        paths(&entries),
        ["m.tgz", "m.tgz!/d/in.zip", "m.tgz!/d/in.zip!/x.py"]
    );
    let limits = Limits {
        depth: 1,
        ..Limits::default()
    };
    let (artifact, entries) = load(&Source::bytes("o.zip", outer), &limits).unwrap();
    assert_eq!(entries.len(), 2);
    assert!(has(&artifact, NoteKind::LimitDepth));
}

#[test]
fn a_gem_is_one_package() {
    let metadata = b"--- !ruby/object:Gem::Specification\nname: g\nversion: !ruby/object:Gem::Version\n  version: 1.2.3\n";
    let data = gzip(&tarball(&[("lib/g.rb", b"puts 1")]));
    let gem = tarball(&[("metadata.gz", &gzip(metadata)), ("data.tar.gz", &data)]);
    let (artifact, entries) = read("g.gem", gem);
    assert!(paths(&entries).contains(&"lib/g.rb"));
    assert_eq!(artifact.package.unwrap().purl(), "pkg:gem/g@1.2.3");
}

#[test]
fn limits_are_noted_when_hit() {
    let bomb = gzip(&vec![0; 8 << 20]);
    let limits = Limits {
        ratio: 10,
        ratio_floor: 1 << 20,
        ..Limits::default()
    };
    let (artifact, _) = load(&Source::bytes("x.gz", bomb.clone()), &limits).unwrap();
    assert!(has(&artifact, NoteKind::LimitRatio));
    let limits = Limits {
        entry_bytes: 1 << 20,
        ..Limits::default()
    };
    let (artifact, entries) = load(&Source::bytes("x.gz", bomb), &limits).unwrap();
    assert!(has(&artifact, NoteKind::LimitEntryBytes));
    assert_eq!(entries[0].bytes.len(), 1 << 20);
    let limits = Limits {
        entries: 1,
        ..Limits::default()
    };
    let tar = tarball(&[("r/a", b"1"), ("r/b", b"2")]);
    let (artifact, entries) = load(&Source::bytes("x.tar", tar), &limits).unwrap();
    assert!(has(&artifact, NoteKind::LimitEntries));
    assert_eq!(entries.len(), 1);
}

#[test]
fn only_wanted_bytes_are_handed_out() {
    let tar = gzip(&tarball(&[("r/a", &[1; 5000]), ("r/b", &[2; 5000])]));
    let mut entries = Vec::new();
    let want = |info: &lazaret_artifact::EntryInfo<'_>| match info.path {
        "a" => Want::Head(10),
        _ => Want::Nothing,
    };
    lazaret_artifact::read(
        &Source::bytes("x.tgz", tar),
        &Limits::default(),
        &want,
        &mut |entry| {
            entries.push(entry);
        },
    )
    .unwrap();
    let sizes: Vec<_> = entries
        .iter()
        .map(|e| (e.size, e.bytes.len(), e.whole))
        .collect();
    assert_eq!(sizes, [(5000, 10, false), (5000, 0, false)]);
}

#[test]
fn cores_share_the_work_and_keep_the_order() {
    let files: Vec<(String, Vec<u8>)> = (0..200)
        .map(|i| (format!("r/{i}"), vec![i as u8; i]))
        .collect();
    let borrowed: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(p, b)| (p.as_str(), b.as_slice()))
        .collect();
    let source = Source::bytes("x.tgz", gzip(&tarball(&borrowed)));
    let (_, sizes) = lazaret_artifact::read_parallel(
        &source,
        &Limits::default(),
        4,
        &|_| Want::Whole,
        |entry| entry.bytes.len(),
    )
    .unwrap();
    assert_eq!(sizes, (0..200).collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn links_in_folders_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a"), "1").unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    std::os::unix::fs::symlink("/etc", folder.path().join("out")).unwrap();
    let (artifact, entries) = load(&Source::path(folder.path()), &Limits::default()).unwrap();
    assert_eq!(paths(&entries), ["a"]);
    assert!(has(&artifact, NoteKind::LinkEscape));
    assert!(has(&artifact, NoteKind::SkippedFolder));
}
