//! The index on disk: lookups, damage, replacement.

use std::{fs, path::PathBuf};

use lazaret_model::Package;

use super::*;

fn record(id: &str, versions: &[&str], bounds: Vec<Bound>) -> Record {
    Record {
        id: id.into(),
        aliases: vec![],
        summary: "bad".into(),
        published: String::new(),
        modified: "2026-01-01T00:00:00Z".into(),
        withdrawn: None,
        malicious: true,
        indicators: vec![],
        origins: vec![],
        versions: versions.iter().map(|v| (*v).to_owned()).collect(),
        ranges: if bounds.is_empty() {
            vec![]
        } else {
            vec![Range { bounds }]
        },
    }
}

fn entry(purl: &str, record: Record) -> Entry {
    Entry {
        package: purl.parse().unwrap(),
        record,
    }
}

fn sample() -> Vec<Entry> {
    let from = |v: &str| Bound::Introduced(v.into());
    vec![
        entry("pkg:npm/all", record("MAL-1", &[], vec![from("0")])),
        entry("pkg:npm/some", record("MAL-2", &["1.0.1", "1.0.2"], vec![])),
        entry(
            "pkg:pypi/range",
            record("MAL-3", &[], vec![from("1.0"), Bound::Fixed("1.2".into())]),
        ),
        entry(
            "pkg:gem/last",
            record(
                "MAL-4",
                &[],
                vec![from("0"), Bound::LastAffected("2.0".into())],
            ),
        ),
        entry(
            "pkg:npm/taken-back",
            Record {
                withdrawn: Some("2026-02-01T00:00:00Z".into()),
                ..record("MAL-5", &[], vec![])
            },
        ),
    ]
}

fn written(entries: Vec<Entry>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    write(&path, &build(entries, 0).unwrap()).unwrap();
    (folder, path)
}

#[test]
fn lookups_follow_versions_and_ranges() {
    let (_folder, path) = written(sample());
    let (index, warning) = Index::open(&path).unwrap();
    assert_eq!(warning, None);
    index.verify().unwrap();
    for (purl, expected) in [
        ("pkg:npm/all@9.9.9", Some(Matched::All)),
        ("pkg:npm/all", Some(Matched::All)),
        ("pkg:npm/some@1.0.1", Some(Matched::Version)),
        ("pkg:npm/some@1.0.3", None),
        ("pkg:npm/some", Some(Matched::Some)),
        ("pkg:pypi/range@1.1.5", Some(Matched::Range)),
        ("pkg:pypi/range@1.2", None),
        ("pkg:pypi/range@0.9", None),
        ("pkg:gem/last@2.0", Some(Matched::Range)),
        ("pkg:gem/last@2.0.1", None),
        ("pkg:npm/taken-back@1.0.0", None),
        ("pkg:pypi/all@1.0", None),
        ("pkg:npm/absent@1.0.0", None),
    ] {
        let found = index.lookup(&purl.parse::<Package>().unwrap()).unwrap();
        assert_eq!(
            found.first().map(|(_, matched)| *matched),
            expected,
            "{purl}"
        );
    }
    assert_eq!(
        index
            .records(&"pkg:npm/taken-back".parse().unwrap())
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn the_same_report_under_two_ids_is_one() {
    let mut twin = record("GHSA-1", &["2.0.0"], vec![]);
    twin.aliases = vec!["MAL-2".into()];
    let mut entries = sample();
    entries.push(entry("pkg:npm/some", twin));
    let (_folder, path) = written(entries);
    let (index, _) = Index::open(&path).unwrap();
    let found = index
        .lookup(&"pkg:npm/some@2.0.0".parse().unwrap())
        .unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].0.aliases.contains(&"GHSA-1".to_owned()));
}

#[test]
fn a_damaged_index_is_named_and_the_one_before_is_used() {
    let (_folder, path) = written(sample());
    write(&path, &build(sample(), 1).unwrap()).unwrap();
    let whole = fs::read(&path).unwrap();
    for damage in [
        &whole[..whole.len() / 2],
        &whole[..10],
        b"",
        b"not an index at all, but long enough to hold one header of this format......",
    ] {
        fs::remove_file(&path).unwrap();
        fs::write(&path, damage).unwrap();
        let (index, warning) = Index::open(&path).unwrap();
        assert!(warning.unwrap().contains("index"), "{damage:?}");
        assert_eq!(index.status().built, 0);
    }
    fs::remove_file(previous_of(&path)).unwrap();
    assert!(matches!(
        Index::open(&path),
        Err(IndexError::Corrupt { .. })
    ));
}

fn previous_of(path: &std::path::Path) -> PathBuf {
    build::previous(path)
}

proptest::proptest! {
    #[test]
    fn a_flipped_byte_never_panics_and_verify_sees_it(at in 0usize..4000, bit in 0u8..8) {
        let mut bytes = build(sample(), 0).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index");
        fs::write(&path, &bytes).unwrap();
        if let Ok((index, _)) = Index::open(&path) {
            proptest::prop_assert!(index.verify().is_err());
            for entry in sample() {
                let _ = index.lookup(&entry.package);
            }
        }
    }
}
