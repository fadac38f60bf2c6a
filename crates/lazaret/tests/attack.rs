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

/// Serves one answer to each request on loopback.
fn served(answer: Vec<u8>) -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = Vec::new();
            let mut part = [0; 512];
            while !head.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut part) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => head.extend_from_slice(&part[..count]),
                }
            }
            let _ = stream.write_all(&answer);
        }
    });
    format!("http://{address}/enterprise-attack.json")
}

#[test]
fn a_bundle_is_read_from_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let update = |url: &str| {
        Command::cargo_bin("lazaret")
            .unwrap()
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .env_remove("http_proxy")
            .env_remove("HTTP_PROXY")
            .env("no_proxy", "127.0.0.1")
            .args(["attack", "update", url])
            .output()
            .unwrap()
    };
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    // As large as MITRE's: the objects that are no techniques are skipped.
    let filler = format!(
        ",{{\"type\":\"note\",\"id\":\"note--1\",\"content\":\"{}\"}}]}}",
        "x".repeat(48 << 20)
    );
    let large = BUNDLE.strip_suffix("]}").unwrap().to_owned() + &filler;
    let answer = format!("{head}Content-Length: {}\r\n\r\n{large}", large.len());
    let output = update(&served(answer.into_bytes()));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{wrong}");
    assert!(told.contains("ATT&CK 99.1 of 2026-01-02"), "{told}");
    // What is refused leaves the catalogue that is there.
    let missing =
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec();
    let url = served(missing);
    let output = update(&url);
    assert!(!output.status.success());
    let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        wrong.contains(&url) && wrong.contains("give a file instead"),
        "{wrong}"
    );
    let status = Command::cargo_bin("lazaret")
        .unwrap()
        .env("HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path())
        .args(["attack", "status"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&status.stdout).contains("ATT&CK 99.1"));
}
