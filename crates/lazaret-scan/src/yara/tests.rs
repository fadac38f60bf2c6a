use lazaret_content::Content;

use super::{Engine, YaraError};

fn ids(bytes: &[u8]) -> Vec<String> {
    let engine = Engine::load(&Content::shipped(), &[]).unwrap();
    let matches = engine.scan(bytes).unwrap();
    assert_eq!(matches.stopped, None);
    matches
        .rules
        .into_iter()
        .map(|m| m.meta["id"].clone())
        .collect()
}

/// A minimal Windows program's first bytes.
fn pe() -> Vec<u8> {
    let mut bytes = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00\xb8\x00\x00\x00\x00\x00\x00\x00\x40\x00".to_vec();
    bytes.resize(78, 0);
    bytes.extend(b"This program cannot be run in DOS mode.\r\r\n$");
    bytes.resize(400, 0);
    bytes
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|c| {
            let n = u32::from(c[0]) << 16
                | u32::from(c.get(1).copied().unwrap_or(0)) << 8
                | u32::from(c.get(2).copied().unwrap_or(0));
            [18, 12, 6, 0].map(|s| DIGITS[(n >> s & 63) as usize] as char)
        })
        .collect()
}

#[test]
fn every_rule_says_what_it_is() {
    let engine = Engine::load(&Content::shipped(), &[]).unwrap();
    engine.check().unwrap();
    let scanner = engine.scanner().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for rule in scanner.rules() {
        let names: Vec<&str> = rule
            .metadatas
            .iter()
            .map(|m| scanner.get_string_symbol(m.name))
            .collect();
        for wanted in ["id", "severity", "technique", "description"] {
            assert!(names.contains(&wanted), "{} lacks {wanted}", rule.name);
        }
        assert!(seen.insert(rule.name.to_owned()), "{} twice", rule.name);
    }
    assert!(seen.len() >= 8);
}

#[test]
fn programs_inside_text_are_found() {
    assert_eq!(
        ids(format!("p = '{}'", base64(&pe())).as_bytes()),
        ["embedded-program"]
    );
    let hex: String = pe().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(ids(format!("p = '{hex}'").as_bytes()), ["embedded-program"]);
    // A program itself is no text.
    assert_eq!(ids(&pe()), [""; 0]);
}

#[test]
fn packed_and_mining_programs_are_found() {
    let mut elf = b"\x7fELF\x02\x01\x01\x00".to_vec();
    elf.resize(240, 0);
    elf.extend(b"UPX!\x00\x00");
    elf.resize(4_000, 0);
    assert_eq!(ids(&elf), ["packed-program"]);
    assert_eq!(
        ids(b"{\"url\": \"stratum+tcp://pool.example.com:3333\", \"algo\": \"randomx\", \"donate-level\": 1}"),
        ["crypto-miner"]
    );
}

#[test]
fn documentation_and_plain_code_are_not() {
    for text in [
        "Connect with stratum+tcp://host:port, see the README.",
        "UPX! is a packer for executables",
        "const wallets = ['1BoatSLRHtKNngkdXEeobR76b53LETtpyT'];",
        "MZ is the mark of DOS programs: 4d5a",
        "const chrome = 'Login Data';",
    ] {
        assert_eq!(ids(text.as_bytes()), [""; 0], "{text}");
    }
}

#[test]
fn a_broken_user_rule_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.yar");
    std::fs::write(&path, "rule x { condition: nonsense }").unwrap();
    let engine = Engine::load(&Content::shipped(), &[folder.path().to_owned()]).unwrap();
    match engine.check() {
        Err(YaraError::Compile { path, message }) => {
            assert!(path.ends_with("mine.yar"));
            assert!(message.contains("nonsense"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    std::fs::write(
        &path,
        "rule mine : a b { strings: $x = \"needle\" condition: $x }",
    )
    .unwrap();
    let engine = Engine::load(&Content::shipped(), &[path]).unwrap();
    let found = engine.scan(b"hay needle hay").unwrap();
    assert_eq!(found.rules[0].rule, "mine");
    assert_eq!(found.rules[0].offset, 4);
    assert_eq!(found.rules[0].tags, ["a", "b"]);
}

#[test]
fn a_rule_may_not_include_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.yar");
    std::fs::write(&path, "include \"/etc/passwd\"").unwrap();
    let engine = Engine::load(&Content::shipped(), &[path]).unwrap();
    assert!(engine.check().is_err());
}
