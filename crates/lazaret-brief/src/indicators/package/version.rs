//! Versions and ranges of versions that stand beside a name.

pattern!(
    pub(super) VERSION,
    r"\bv?(?P<v>\d+\.\d+(?:\.\d+)*(?:[-+.]?(?:alpha|beta|rc|dev|post|a|b|pre|canary|next)[-.0-9A-Za-z]*)?)\b"
);
pattern!(
    pub(super) VERSION_RANGE,
    r"(?i)\b(?:all versions|any version|every version)\b|(?:versions? )?(?:<=?|>=?|≤|≥|before|prior to|up to(?: and including)?|through|from) ?v?\d+(?:\.\d+)+|\bv?\d+(?:\.\d+)+ (?:through|to|-|–) v?\d+(?:\.\d+)+"
);

/// Versions that directly follow a name: ` (versions 1.0 and 1.1)`,
/// ` version 1.2`, ` v1.2, 1.3`.
pub(super) fn versions_after(rest: &str) -> Vec<&str> {
    let rest = rest.trim_start_matches(['"', '\'', '`', '”', '’', ' ', '」', '』']);
    let head = rest.trim_start_matches(['(', '[', ' ', '（', '［']);
    // In the languages that reports are written in.
    let said = [
        "versions",
        "version",
        "versionen",
        "versión",
        "versiones",
        "versione",
        "versioni",
        "versão",
        "versões",
        "версии",
        "версия",
        "версий",
        "版本",
        "バージョン",
        "버전",
        "ver.",
        "v",
    ]
    .iter()
    .any(|word| {
        head.len() > word.len()
            && head[..head.floor_char_boundary(word.len())].eq_ignore_ascii_case(word)
    });
    let direct = head.starts_with(|c: char| c.is_ascii_digit());
    if !said && !direct {
        return Vec::new();
    }
    let end = head
        .find([';', ':', ')', ']', '）', '\n'])
        .unwrap_or(head.len());
    let part = &head[..end];
    if VERSION_RANGE.is_match(part) {
        return Vec::new();
    }
    // Only versions in one enumeration count.
    let mut found = Vec::new();
    let mut last = 0;
    for captures in VERSION.captures_iter(part) {
        let Some(version) = captures.name("v") else {
            continue;
        };
        let between = part[last..version.start()].trim_matches(|c: char| !c.is_alphabetic());
        let joined = matches!(
            between.to_lowercase().as_str(),
            "" | "and"
                | "or"
                | "v"
                | "y"
                | "und"
                | "et"
                | "и"
                | "和"
                | "versión"
                | "версии"
                | "版本"
                | "バージョン"
                | "version"
                | "versions"
                | "and v"
                | "ver"
        );
        if !joined {
            break;
        }
        found.push(version.as_str());
        last = version.end();
    }
    found
}
