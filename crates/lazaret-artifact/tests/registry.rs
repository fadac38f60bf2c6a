//! The client against a small registry on the loopback interface.
#![allow(clippy::unwrap_used, clippy::panic)]
#![cfg(feature = "registry")]

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
};

use lazaret_artifact::{
    Digests,
    registry::{Client, Registries, RegistryError},
};

/// Serves these paths on a thread of its own until the process ends.
fn serve(answers: impl FnOnce(&str) -> HashMap<String, Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let answers = answers(&base);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let request = lines.next().unwrap().unwrap();
            while !lines.next().unwrap().unwrap().is_empty() {}
            let path = request.split(' ').nth(1).unwrap();
            let (status, body) = match answers.get(path) {
                Some(body) => ("200 OK", body.as_slice()),
                None => ("404 Not Found", &b""[..]),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body).unwrap();
        }
    });
    base
}

fn npm(base: &str, hash: &str) -> HashMap<String, Vec<u8>> {
    let packument = serde_json::json!({
        "dist-tags": {"latest": "1.0.0"},
        "versions": {"1.0.0": {"name": "a", "dist": {"tarball": format!("{base}/a/-/a-1.0.0.tgz"), "integrity": hash}}},
    });
    HashMap::from([
        ("/a".to_owned(), packument.to_string().into_bytes()),
        ("/a/-/a-1.0.0.tgz".to_owned(), b"the bytes".to_vec()),
    ])
}

fn client(base: &str) -> Client {
    let mut registries = Registries::default();
    registries.npm.registry = base.to_owned();
    registries.pypi = vec![format!("{base}/simple/")];
    registries.cargo = format!("sparse+{base}/");
    registries.gem = base.to_owned();
    registries.nuget = format!("{base}/v3/index.json");
    Client::new(registries)
}

fn sha256() -> String {
    Digests::of(b"the bytes").sha256
}

#[test]
fn what_has_the_hash_is_handed_out() {
    let base = serve(|base| npm(base, &format!("sha256:{}", sha256())));
    let (release, download) = client(&base).fetch(&"npm:a".parse().unwrap()).unwrap();
    assert_eq!(release.package.purl(), "pkg:npm/a@1.0.0");
    assert_eq!(release.metadata["name"], "a");
    assert_eq!(&download.bytes[..], b"the bytes");
}

#[test]
fn what_has_another_hash_is_refused() {
    let other = Digests::of(b"other bytes").sha512;
    let base = serve(|base| npm(base, &other));
    let error = client(&base)
        .fetch(&"npm:a@1.0.0".parse().unwrap())
        .unwrap_err();
    assert!(matches!(error, RegistryError::Integrity { .. }), "{error}");
}

#[test]
fn what_has_no_hash_is_refused() {
    let base = serve(|base| npm(base, "md5-unknown"));
    let error = client(&base).fetch(&"npm:a".parse().unwrap()).unwrap_err();
    assert!(
        matches!(error, RegistryError::NoIntegrity { .. }),
        "{error}"
    );
}

#[test]
fn what_is_not_there_is_said() {
    let base = serve(|base| npm(base, ""));
    for package in ["npm:b", "npm:a@9.9.9", "pypi:b", "cargo:bbbb", "gem:b"] {
        let error = client(&base)
            .release(&package.parse().unwrap())
            .unwrap_err();
        assert!(
            matches!(error, RegistryError::NotFound { .. }),
            "{package}: {error}"
        );
    }
}

#[test]
fn every_ecosystem_is_fetched_and_checked() {
    let nuget_hash = {
        use base64::Engine as _;
        use sha2::Digest as _;
        base64::engine::general_purpose::STANDARD.encode(sha2::Sha512::digest(b"the bytes"))
    };
    let base = serve(|base| {
        let bytes = || b"the bytes".to_vec();
        let hash = sha256();
        let service = serde_json::json!({"resources": [
            {"@id": format!("{base}/flat/"), "@type": "PackageBaseAddress/3.0.0"},
            {"@id": format!("{base}/reg/"), "@type": "RegistrationsBaseUrl/3.6.0"},
        ]});
        let leaf = serde_json::json!({"catalogEntry": {"packageHash": nuget_hash}});
        [
            ("/simple/a/", format!("<a href=\"../../f/A-1.0-py3-none-any.whl#sha256={hash}\">x</a><a href='../../f/a-1.0.tar.gz#sha256={hash}'>x</a><a href='/f/a-2.0rc1.tar.gz'>x</a>").into_bytes()),
            ("/f/a-1.0.tar.gz", bytes()),
            ("/se/rd/serde", format!("{{\"name\":\"serde\",\"vers\":\"1.0.0\",\"cksum\":\"{hash}\"}}\n{{\"name\":\"serde\",\"vers\":\"2.0.0\",\"cksum\":\"00\",\"yanked\":true}}\n").into_bytes()),
            ("/config.json", format!("{{\"dl\":\"{base}/dl\"}}").into_bytes()),
            ("/dl/serde/1.0.0/download", bytes()),
            ("/info/g", format!("---\n1.0.0 |checksum:00\n1.2.0 x:>= 0|checksum:{hash},ruby:>= 2\n").into_bytes()),
            ("/gems/g-1.2.0.gem", bytes()),
            ("/v3/index.json", service.to_string().into_bytes()),
            ("/flat/n/index.json", br#"{"versions": ["1.0.0", "1.1.0-beta"]}"#.to_vec()),
            ("/reg/n/1.0.0.json", leaf.to_string().into_bytes()),
            ("/flat/n/1.0.0/n.1.0.0.nupkg", bytes()),
        ]
        .into_iter()
        .map(|(path, body)| (path.to_owned(), body))
        .collect()
    });
    for (package, purl) in [
        ("pypi:A", "pkg:pypi/a@1.0"),
        ("cargo:serde", "pkg:cargo/serde@1.0.0"),
        ("gem:g", "pkg:gem/g@1.2.0"),
        ("nuget:N", "pkg:nuget/n@1.0.0"),
    ] {
        let (release, download) = client(&base)
            .fetch(&package.parse().unwrap())
            .unwrap_or_else(|error| panic!("{package}: {error}"));
        assert_eq!(release.package.purl(), purl);
        assert_eq!(&download.bytes[..], b"the bytes");
    }
}
