//! Lockfiles that the real clients wrote (`tests/data`), and others after
//! their documentation.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{fmt::Write as _, path::Path};

use lazaret_artifact::{
    LockFormat, Lockfile, ProblemKind, SourceKind, parse_lockfile, read_lockfile,
};

fn show(lockfile: &Lockfile) -> String {
    let mut out = String::new();
    for locked in &lockfile.packages {
        let _ = writeln!(
            out,
            "{}: {} {:?}{}{} hashes={}",
            locked.line,
            locked.package,
            locked.source,
            if locked.dev { " dev" } else { "" },
            locked
                .range
                .as_ref()
                .map(|r| format!(" range={r}"))
                .unwrap_or_default(),
            locked.integrity.len(),
        );
    }
    for problem in &lockfile.problems {
        let _ = writeln!(
            out,
            "! {} {:?} {}",
            problem.line, problem.kind, problem.detail
        );
    }
    out
}

fn data(file: &str, format: LockFormat) -> Lockfile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(file);
    parse_lockfile(format, file, &std::fs::read_to_string(path).unwrap())
}

#[test]
fn written_by_real_clients() {
    let mut out = String::new();
    for (file, format) in [
        ("package-lock-v1.json", LockFormat::PackageLock),
        ("package-lock-v2.json", LockFormat::PackageLock),
        ("package-lock-v3.json", LockFormat::PackageLock),
        ("yarn-v1.lock", LockFormat::Yarn),
        ("yarn-berry.lock", LockFormat::Yarn),
        ("pnpm-lock.yaml", LockFormat::Pnpm),
        ("bun.lock", LockFormat::Bun),
        ("requirements.txt", LockFormat::Requirements),
        ("pylock.toml", LockFormat::Pylock),
        ("uv.lock", LockFormat::Uv),
        ("Pipfile.lock", LockFormat::Pipfile),
        ("Cargo.lock", LockFormat::Cargo),
        ("pyproject.toml", LockFormat::Pyproject),
    ] {
        let _ = writeln!(out, "== {file}\n{}", show(&data(file, format)));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn every_npm_client_locks_the_same_packages() {
    let names = |file, format| {
        let mut names: Vec<String> = data(file, format)
            .packages
            .iter()
            .filter(|locked| locked.source == SourceKind::Registry)
            .map(|locked| locked.package.purl())
            .collect();
        names.sort();
        names
    };
    let expected = names("package-lock-v3.json", LockFormat::PackageLock);
    assert!(expected.contains(&"pkg:npm/left-pad@1.3.0".to_owned()));
    assert!(
        expected.contains(&"pkg:npm/left-pad@1.2.0".to_owned()),
        "the alias"
    );
    for (file, format) in [
        ("package-lock-v1.json", LockFormat::PackageLock),
        ("package-lock-v2.json", LockFormat::PackageLock),
        ("yarn-v1.lock", LockFormat::Yarn),
        ("yarn-berry.lock", LockFormat::Yarn),
        ("pnpm-lock.yaml", LockFormat::Pnpm),
        ("bun.lock", LockFormat::Bun),
    ] {
        assert_eq!(names(file, format), expected, "{file}");
    }
}

#[test]
fn written_after_the_documentation() {
    let poetry = r#"
[[package]]
name = "Six"
version = "1.16.0"
groups = ["main"]
files = [{file = "six-1.16.0.tar.gz", hash = "sha256:aa"}]

[[package]]
name = "own"
version = "0.1"
groups = ["dev"]
files = []

[package.source]
type = "git"
url = "https://example.com/own.git"
"#;
    let gemfile = "GIT\n  remote: https://example.com/g.git\n  revision: abc\n  specs:\n    g (0.1.0)\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.16.0-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.7.3)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  nokogiri\n\nCHECKSUMS\n  racc (1.7.3) sha256=bb\n\nBUNDLED WITH\n   2.5.4\n";
    let nuget = r#"{"version": 1, "dependencies": {"net8.0": {
"Newtonsoft.Json": {"type": "Direct", "requested": "[13.0.3, )", "resolved": "13.0.3", "contentHash": "AA=="},
"mine": {"type": "Project"}}}}"#;
    let go = "example.com/a v1.0.0 h1:AA=\nexample.com/a v1.0.0/go.mod h1:BB=\nexample.com/b v2.0.0/go.mod h1:CC=\n";
    let pdm = "[[package]]\nname = \"six\"\nversion = \"1.16.0\"\ngroups = [\"default\"]\nfiles = [{file = \"a\", hash = \"sha256:cc\"}]\n";
    let mut out = String::new();
    for (format, text) in [
        (LockFormat::Poetry, poetry),
        (LockFormat::Gemfile, gemfile),
        (LockFormat::Nuget, nuget),
        (LockFormat::GoSum, go),
        (LockFormat::Pdm, pdm),
        (
            LockFormat::PackageJson,
            "{\n\"dependencies\": {\n\"a\": \"^1.0.0\",\n\"b\": \"1.2.3\",\n\"c\": \"git+https://example.com/c.git\",\n\"d\": \"owner/repo\"}}",
        ),
        (
            LockFormat::CargoToml,
            "[dependencies]\na = \"1\"\nb = { version = \"=2.0.0\", package = \"real\" }\nc = { git = \"https://example.com/c\" }\n",
        ),
    ] {
        let _ = writeln!(
            out,
            "== {format:?}\n{}",
            show(&parse_lockfile(format, "x", text))
        );
    }
    insta::assert_snapshot!(out);
}

#[test]
fn requirements_follow_includes_once() {
    let folder = tempfile::tempdir().unwrap();
    let main = folder.path().join("requirements.txt");
    std::fs::write(
        &main,
        "# comment\n-r more.txt\nSix[extra] == 1.16.0 \\\n  --hash=sha256:aa \\\n  --hash=sha256:bb ; python_version > '3'\nown @ https://example.com/own-1.0.tar.gz\n-e git+https://example.com/e.git#egg=edit\nloose>=2\n-r missing.txt\n--bogus x\n??\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("more.txt"),
        "-r requirements.txt\ntoml==0.10.2\n",
    )
    .unwrap();
    insta::assert_snapshot!(show(&read_lockfile(&main)), @r"
    2: pkg:pypi/toml@0.10.2 Registry hashes=0
    3: pkg:pypi/six@1.16.0 Registry hashes=2
    6: pkg:pypi/own Url hashes=0
    7: pkg:pypi/edit Git hashes=0
    8: pkg:pypi/loose Registry range=>=2 hashes=0
    ! 8 UnresolvedRange `loose` is not pinned (>=2)
    ! 9 UnreadableInclude `missing.txt`: No such file or directory (os error 2)
    ! 10 LockfileEntry `--bogus` is no option that is known
    ! 11 LockfileEntry `??` is no requirement
    ");
}

#[test]
fn nothing_is_dropped_in_silence() {
    for (format, text, kind) in [
        (LockFormat::PackageLock, "{", ProblemKind::LockfileSyntax),
        (
            LockFormat::PackageLock,
            r#"{"lockfileVersion": 9, "packages": {}}"#,
            ProblemKind::LockfileVersion,
        ),
        (
            LockFormat::PackageLock,
            r#"{"lockfileVersion": 3, "packages": {"node_modules/a": 7}}"#,
            ProblemKind::LockfileEntry,
        ),
        (LockFormat::Yarn, "garbage", ProblemKind::LockfileEntry),
        (
            LockFormat::Pnpm,
            "lockfileVersion: '99'\n",
            ProblemKind::LockfileVersion,
        ),
        (
            LockFormat::Bun,
            r#"{"lockfileVersion": 1, "packages": {"a": []}}"#,
            ProblemKind::LockfileEntry,
        ),
        (LockFormat::Requirements, "???", ProblemKind::LockfileEntry),
        (LockFormat::Pipfile, "{}", ProblemKind::LockfileEntry),
        (
            LockFormat::Poetry,
            "[[package]]\nversion = '1'",
            ProblemKind::LockfileEntry,
        ),
        (
            LockFormat::Uv,
            "[[package]]\nname = 'a'",
            ProblemKind::LockfileEntry,
        ),
        (
            LockFormat::Cargo,
            "[[package]]\nname = 'a'",
            ProblemKind::LockfileEntry,
        ),
        (
            LockFormat::Gemfile,
            "GEM\n  specs:\n    bad\n",
            ProblemKind::LockfileEntry,
        ),
        (LockFormat::Nuget, "{}", ProblemKind::LockfileVersion),
        (LockFormat::GoSum, "a b", ProblemKind::LockfileEntry),
    ] {
        let lockfile = parse_lockfile(format, "x", text);
        assert!(
            lockfile.problems.iter().any(|problem| problem.kind == kind),
            "{format:?}: {:?}",
            lockfile.problems
        );
    }
    let unknown = read_lockfile(Path::new("mystery.lock"));
    assert_eq!(unknown.problems[0].kind, ProblemKind::UnsupportedLockfile);
}
