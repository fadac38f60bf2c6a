//! Values that only the words around them tell: file names and the accounts
//! that publish.

use std::ops::Range;

use lazaret_model::{Confidence, IndicatorKind};

use super::context::Structure;
use crate::article::BlockKind;

/// A value with what it is and why.
pub(super) struct Spoken {
    pub(super) kind: IndicatorKind,
    pub(super) value: String,
    pub(super) confidence: Confidence,
    pub(super) reason: &'static str,
    pub(super) range: Range<usize>,
}

pattern!(
    FILE,
    concat!(
        r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_.@-]{0,80}\.",
        r"(?:apk|bat|bin|cjs|cmd|dll|dmg|dylib|elf|exe|hta|jar|js|lnk|mjs|php|rb|pl|aspx?|jsp|msi|node|plist|ps1|pth|py|",
        r"pyc|pyd|pyw|scr|sh|so|vbs|wasm|ya?ml|zip|(?P<data>png|jpe?g|gif|txt|dat|json|gz)))\b"
    )
);

pattern!(
    /// An archive of a package is told as the package.
    pub(super) ARCHIVE,
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*?)[-.](?P<version>\d+(?:\.\d+)+(?:(?:a|b|rc|\.?post|\.?dev|-(?:alpha|beta|canary|dev|next|nightly|pre|preview|rc|snapshot)\.?)\d*|-\d{1,3})?)(?P<kind>-(?:py[23]|cp\d)[\w.-]*\.whl|\.tar\.gz|\.tgz|\.gem|\.crate|\.nupkg|\.vsix)\b"
);

words!(
    /// Names that every project has.
    COMMON,
    "\
    __init__.py __main__.py action.yml app.js app.py bash.exe bitsadmin.exe build.sh bun.js \
    certutil.exe cli.js cmd.exe config.js conftest.py cscript.exe curl.exe d3.js docker-compose.yml explorer.exe \
    index.cjs index.js index.mjs init.py install.js install.sh main.js main.py mshta.exe \
    next.js node.exe node.js nuxt.js pnpm-lock.yaml postinstall.js powershell.exe \
    preinstall.js pwsh.exe python.exe pythonw.exe react.js regsvr32.exe rundll32.exe \
    schtasks.exe server.js setup.py svchost.exe test.js three.js utils.js utils.py \
    vue.js wscript.exe \
    "
);

phrases!(
    /// Words shortly before a file's name that make it the malware's.
    MADE,
    "\
    a file, additional file, appended to, as the file, backdoor, binary, bundled as, \
    called, disguised as, downloads, dropped, dropper, drops, ejecutable, embedded, executable, executável, \
    exécutable, \
    extra file, file called, file name, file named, filename, hash of, hidden file, \
    implant, loader, malicious, malware, md5 of, new file, payload, saved as, saves, \
    script named, sha-1 of, sha-256 of, sha1 of, sha256 of, stage, stealer, workflow, \
    writes \
    "
);

/// All such values of the article.
pub(super) fn find(structure: &Structure<'_>) -> Vec<Spoken> {
    let mut found = Vec::new();
    files(structure, &mut found);
    super::account::find(structure, &mut found);
    super::typed::find(structure, &mut found);
    agents(structure, &mut found);
    found
}

/// Whether what ends before `at` is a path within a package: `lib/x/`.
fn is_relative(text: &str, at: usize) -> bool {
    let start = text[..at]
        .rfind(|c: char| c.is_whitespace() || "\"'`(“‘".contains(c))
        .map_or(0, |at| {
            at + text[at..].chars().next().map_or(1, char::len_utf8)
        });
    let path = &text[start..at];
    let first = path.split('/').next().unwrap_or_default();
    path.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
        && !path.contains(':')
        && !first.get(1..).is_some_and(|rest| rest.contains(['.', '[']))
}

fn files(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    for captures in FILE.captures_iter(text) {
        let Some(name) = captures.name("name") else {
            continue;
        };
        // A part of a path or address is told by what it is a part of.
        let before = text[..name.start()].chars().next_back();
        let after = text[name.end()..].chars().next();
        let below = before == Some('/') && is_relative(text, name.start());
        if !below && before.is_some_and(|c| c.is_alphanumeric() || "/\\.@~%-".contains(c))
            || after.is_some_and(|c| c.is_alphanumeric() || "/\\(".contains(c))
            || after == Some(':')
                && text[name.end() + 1..].starts_with(|c: char| !c.is_whitespace())
            || ARCHIVE.is_match(name.as_str())
            || COMMON.contains(&*name.as_str().to_ascii_lowercase())
        {
            continue;
        }
        // "from bun.sh" is a site.
        if name.as_str().ends_with(".sh") && text[..name.start()].ends_with("from ") {
            continue;
        }
        let Some(index) = structure.block_at(name.start()) else {
            continue;
        };
        let block = structure.block(index);
        // In a list of digests, names stand beside them.
        let digest = || {
            let line = text[..name.start()].rfind('\n').map_or(0, |at| at + 1);
            let end = text[name.end()..]
                .find('\n')
                .map_or(text.len(), |at| name.end() + at);
            text[line..end]
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|w| {
                    matches!(w.len(), 32 | 40 | 64) && w.bytes().all(|b| b.is_ascii_hexdigit())
                })
        };
        let beside = block.is_some_and(|block| block.kind == BlockKind::Code);
        if beside && !digest() {
            continue;
        }
        let short = |b: &crate::article::Block| b.range.len() < 240;
        let beside =
            beside || block.is_some_and(|b| b.kind == BlockKind::Row || short(b)) && digest();
        let listed = beside
            || structure.in_indicator_section(index)
                && block.is_some_and(|b| matches!(b.kind, BlockKind::Item | BlockKind::Row));
        // What its own path is called says nothing.
        let start = text[..name.start()]
            .rfind(|c: char| c.is_whitespace() || "\"'`(".contains(c))
            .map_or(0, |at| at + 1);
        let near = before_in_sentence(structure, start, 48).replace("overwrites", "");
        let (confidence, reason) = if listed {
            (Confidence::High, "listed as an indicator")
        } else if captures.name("data").is_some() {
            // What is called so is shown by its name, not by what it is.
            let said = [
                "file name",
                "file named",
                "file titled",
                "file called",
                "filename",
                "disguised as",
                "saved as",
            ];
            if !said.iter().any(|word| near.contains(word)) {
                continue;
            }
            (Confidence::Medium, "a file that the malware makes")
        } else if MADE.iter().any(|word| near.contains(word))
            || ["added", "adds", "ships"]
                .iter()
                .any(|word| near.trim_end_matches([' ', '`', '"']).ends_with(word))
            // "a Java archive file (“foo.jar”)"
            || [" file (", " script (", " binary (", " executable ("]
                .iter()
                .any(|word| near.trim_end_matches(['`', '"', '\u{201c}']).ends_with(word))
        {
            (Confidence::Medium, "a file that the malware makes")
        } else {
            continue;
        };
        found.push(Spoken {
            kind: IndicatorKind::FileName,
            value: name.as_str().to_owned(),
            confidence,
            reason,
            range: name.range(),
        });
    }
}

/// User agents that are set as code, so that no quotes stand around them.
fn agents(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    for block in &structure.article.blocks {
        for range in &block.code {
            let value = text[range.clone()].trim();
            let near = before_in_sentence(structure, range.start, 40);
            let said = near.trim_end_matches([' ', ':', '(']);
            if ["mutex", "mutex named", "mutex called", "mutant"]
                .iter()
                .any(|w| said.ends_with(w))
                && (4..=120).contains(&value.len())
                && !value.contains(' ')
            {
                found.push(Spoken {
                    kind: IndicatorKind::Mutex,
                    value: value.to_owned(),
                    confidence: Confidence::Medium,
                    reason: "used by the malware as told",
                    range: range.clone(),
                });
            }
            if near.replace('-', " ").contains("user agent")
                && (4..=200).contains(&value.len())
                && value.contains(['/', ' '])
                && !value.contains("${")
            {
                found.push(Spoken {
                    kind: IndicatorKind::UserAgent,
                    value: value.to_owned(),
                    confidence: Confidence::Medium,
                    reason: "used by the malware as told",
                    range: range.clone(),
                });
            }
        }
    }
}

/// Up to `most` bytes before a place, in its sentence, lower case.
pub(super) fn before_in_sentence(structure: &Structure<'_>, at: usize, most: usize) -> String {
    let text = structure.article.text.as_str();
    let start = structure.sentence_at(at).start.max(at.saturating_sub(most));
    text.get(text.ceil_char_boundary(start.min(at))..at)
        .unwrap_or_default()
        .to_lowercase()
}
