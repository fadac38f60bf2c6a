//! Ruby, Rust and NuGet: `extconf.rb`, gem specifications, `build.rs`,
//! procedural macros, `install.ps1`, MSBuild files.

use std::sync::LazyLock;

use lazaret_code::ir::Language;
use lazaret_model::Phase;
use regex::Regex;

use super::EntryPoint;
use crate::PackageFiles;

#[allow(
    clippy::unwrap_used,
    reason = "a constant expression, compiled in every test"
)]
static EXEC: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?is)<Exec\s[^>]*?Command\s*=\s*"([^"]*)""#).unwrap());

#[allow(
    clippy::unwrap_used,
    reason = "a constant expression, compiled in every test"
)]
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?is)<Code[^>]*>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</Code>").unwrap()
});

pub(super) fn find(package: &PackageFiles, out: &mut Vec<EntryPoint>) {
    let proc_macro = package.get("Cargo.toml").is_some_and(|file| {
        let text = String::from_utf8_lossy(&file.bytes);
        text.lines()
            .any(|line| line.replace(' ', "") == "proc-macro=true")
    });
    for file in &package.files {
        let path = file.path.to_ascii_lowercase();
        let name = path.rsplit('/').next().unwrap_or(&path);
        match name {
            "extconf.rb" | "mkrf_conf.rb" => {
                out.push(EntryPoint::file(file.path.clone(), Phase::Install))
            }
            "rubygems_plugin.rb" => out.push(EntryPoint::file(file.path.clone(), Phase::Import)),
            _ if name.ends_with(".gemspec") => {
                out.push(EntryPoint::file(file.path.clone(), Phase::Install));
            }
            _ if name.ends_with(".rb") && path.starts_with("lib/") => {
                out.push(EntryPoint::file(file.path.clone(), Phase::Import));
            }
            "build.rs" if package.get("Cargo.toml").is_some() => {
                out.push(EntryPoint::file(file.path.clone(), Phase::Install));
            }
            "lib.rs" if proc_macro => out.push(EntryPoint::file(file.path.clone(), Phase::Install)),
            "install.ps1" | "init.ps1" if path.starts_with("tools/") => {
                out.push(EntryPoint::file(file.path.clone(), Phase::Install));
            }
            _ if name.ends_with(".targets") || name.ends_with(".props") => {
                msbuild(&file.path, &file.bytes, out)
            }
            _ => {}
        }
    }
}

/// Commands and code that MSBuild runs when a project that uses the package
/// is built.
fn msbuild(path: &str, bytes: &[u8], out: &mut Vec<EntryPoint>) {
    let text = String::from_utf8_lossy(bytes);
    for (pattern, language) in [(&EXEC, Language::Batch), (&CODE, Language::CSharp)] {
        for found in pattern
            .captures_iter(&text)
            .filter_map(|found| found.get(1))
            .take(100)
        {
            let code = found
                .as_str()
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
            out.push(EntryPoint::Inline {
                path: path.to_owned(),
                text: code,
                language,
                phase: Phase::Install,
                start: found.start(),
            });
        }
    }
}
