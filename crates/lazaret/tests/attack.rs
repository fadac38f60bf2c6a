//! `lazaret attack`: a newer release of ATT&CK is read, kept and used.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use assert_cmd::Command;

/// A bundle with one technique that has no folder, and one that is renamed.
const BUNDLE: &str = r#"{"type":"bundle","id":"bundle--1","objects":[
  {"type":"x-mitre-collection","id":"x-mitre-collection--1","name":"ATT&CK","x_mitre_version":"99.1","modified":"2026-01-02T00:00:00.000Z"},
  {"type":"attack-pattern","id":"attack-pattern--1","name":"Made up here","external_references":[{"source_name":"mitre-attack","external_id":"T1999"}],"kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"impact"}]},
  {"type":"attack-pattern","id":"attack-pattern--2","name":"Called otherwise","external_references":[{"source_name":"mitre-attack","external_id":"T1105"}]}]}"#;

#[test]
fn a_bundle_gives_names_that_briefs_use() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::cargo_bin("lazaret")
            .unwrap()
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .args(arguments)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.success(), text)
    };
    std::fs::write(folder.path().join("bundle.json"), BUNDLE).unwrap();
    std::fs::write(folder.path().join("bad.json"), "{}").unwrap();
    std::fs::write(
        folder.path().join("a.md"),
        "# Report\n\nThe actor uses T1999.\n",
    )
    .unwrap();
    let (_, before) = run(&["attack", "status"]);
    assert!(before.contains("no newer catalogue"), "{before}");
    assert!(!run(&["attack", "update", "bad.json"]).0);
    let (done, told) = run(&["attack", "update", "bundle.json"]);
    assert!(done && told.contains("ATT&CK 99.1 of 2026-01-02"), "{told}");
    assert!(told.contains("called otherwise: T1105"), "{told}");
    let (_, status) = run(&["attack", "status"]);
    assert!(status.contains("ATT&CK 99.1"), "{status}");
    let (_, brief) = run(&["brief", "a.md", "--format", "json"]);
    assert!(brief.contains("Made up here"), "{brief}");
}
