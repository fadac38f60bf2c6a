//! Versions and ranges of versions that stand beside a name.

pattern!(
    pub(super) VERSION,
    r"\bv?(?P<v>\d+\.\d+(?:\.\d+)*(?:[-+.]?(?:alpha|beta|rc|dev|post|a|b|pre|canary|next)[-.0-9A-Za-z]*)?)\b"
);
pattern!(
    pub(super) VERSION_RANGE,
    r"(?i)\b(?:all versions|any version|every version)\b|(?:versions? )?(?:<=?|>=?|≤|≥|before|prior to|up to(?: and including)?|through|from) ?v?\d+(?:\.\d+)+|\bv?\d+(?:\.\d+)+(?: (?:through|thru|to|until|-|→|->|bis|hasta|à|au|al|до|по) | ?[–—〜～~至] ?|から|-)v?\d+(?:\.\d+)+|\bv\d+(?:\.\d+)* ?[-–—] ?v\d"
);

/// Versions of the longest range that is spelt out.
const MOST: u64 = 64;

pattern!(
    /// What stands between the ends of a range.
    BETWEEN,
    r"^[`'\x22]* ?(?:through|thru|to|until|bis|hasta|à|au|al|до|по|–|—|-) ?[`'\x22]?v?$"
);

/// The versions of a text with its ranges spelt out: "4.1.0, 4.2.0 to 4.2.3";
/// none where an end of one is not known to be near the other.
pub(super) fn spelt(told: &str) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    let mut last: Option<(usize, &str)> = None;
    let mut ranged = false;
    for captures in VERSION.captures_iter(told) {
        let (Some(whole), Some(version)) = (captures.get(0), captures.name("v")) else {
            continue;
        };
        let version_text = version.as_str();
        let joined = last.filter(|(end, _)| BETWEEN.is_match(&told[*end..version.start()]));
        if let Some((_, first)) = joined {
            let (stem, from) = first.rsplit_once('.')?;
            let (same, to) = version_text.rsplit_once('.')?;
            let (from, to): (u64, u64) = (from.parse().ok()?, to.parse().ok()?);
            if stem != same || !(from..from + MOST).contains(&to) {
                return None;
            }
            found.extend((from + 1..=to).map(|number| format!("{stem}.{number}")));
            ranged = true;
        } else {
            found.push(version_text.to_owned());
        }
        last = Some((whole.end(), version_text));
    }
    ranged.then_some(found)
}

pattern!(
    /// A note of versions behind a name, or a range of them.
    NOTED,
    r"^[`'\x22”’»]* ?\(?(?:(?:malicious|compromised|affected|infected) )?(?:versions? )?(?P<all>v?\d+\.\d[\w., –—-]*?(?: (?:and|to|through|thru) v?\d[\w.]*)*)(?:[);,.\s]|$)"
);

/// The versions of a range that directly follows a name, spelt out.
pub(super) fn range_after(rest: &str) -> Vec<String> {
    let rest = &rest[..rest.floor_char_boundary(NOTE)];
    NOTED
        .captures(rest)
        .and_then(|captures| spelt(&captures["all"]))
        .unwrap_or_default()
}

/// Bytes behind a name in which its versions stand.
const NOTE: usize = 120;

pattern!(
    /// What leads to versions behind a name.
    LED,
    r"^(?::|：| [-–—]) ?(?:(?i:affected |malicious |compromised |bad )?(?i:versions?):? )?[`\x22']?"
);
pattern!(
    /// One version and the end of a clause.
    FULL,
    r"^v?\d+\.\d+\.\d+(?:[-+][\w.]*\w)?(?:$|[\s,;.)]*$|[,;)])"
);

/// What stands between a name and the word "versions": "in den Versionen".
fn without_fillers(head: &str) -> &str {
    const FILLERS: &[&str] = &[
        "in den ",
        "in der ",
        "in ",
        "en las ",
        "en la ",
        "dans les ",
        "dans la ",
        "aux ",
        "nelle ",
        "nella ",
        "nas ",
        "na ",
        "der ",
        "den ",
        "в ",
        "at ",
        "の",
        "的",
        "malicious ",
        "compromised ",
        "infected ",
        "affected ",
    ];
    let mut rest = head;
    for _ in 0..2 {
        if let Some(after) = FILLERS.iter().find_map(|filler| rest.strip_prefix(filler)) {
            rest = after;
        }
    }
    rest
}

/// Versions that directly follow a name: ` (versions 1.0 and 1.1)`,
/// ` version 1.2`, ` v1.2, 1.3`.
pub(super) fn versions_after(rest: &str) -> Vec<&str> {
    let rest = rest.trim_start_matches([
        '"', '\'', '`', '”', '’', '“', '»', '\u{a0}', ' ', '」', '』',
    ]);
    // "`foo`: versions 1.1, 1.2", "foo - 1.1"
    let rest = match LED.find(rest) {
        Some(lead)
            if VERSION
                .find(&rest[lead.end()..])
                .is_some_and(|v| v.start() == 0) =>
        {
            &rest[lead.end()..]
        }
        _ => rest,
    };
    let head = rest.trim_start_matches(['(', '[', ' ', '（', '［']);
    let head = without_fillers(head);
    // In the languages that reports are written in.
    // "the malicious package foo, 1.1.7"
    let head = match head.strip_prefix(", ") {
        Some(rest) if FULL.is_match(rest) => rest,
        _ => head,
    };
    let said = [
        "versions",
        "version",
        "versionen",
        "fassungen",
        "fassung",
        "releases",
        "release",
        "versión",
        "versiones",
        "versione",
        "versioni",
        "versão",
        "versões",
        "версии",
        "версия",
        "версий",
        "версиях",
        "версії",
        "версіях",
        "版本",
        "バージョン",
        "버전",
        "ver.",
        "v",
    ]
    .iter()
    .find_map(|word| {
        let (start, rest) = head.split_at_checked(word.len())?;
        let whole = *word == "v" || !rest.starts_with(char::is_alphabetic) || !word.is_ascii();
        (start.eq_ignore_ascii_case(word) && whole).then_some(rest)
    });
    let direct = head.starts_with(|c: char| c.is_ascii_digit());
    if said.is_none() && !direct {
        return Vec::new();
    }
    let head = said.unwrap_or(head);
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
                | "、"
                | "و"
                | "as well as"
                | "sowie"
                | "および"
                | "及び"
                | "と"
                | "及"
                | "与"
                | "以及"
                | "e"
                | "バージョン"
                | "version"
                | "versions"
                | "and v"
                | "ver"
        );
        // "(192.0.2[.]1)" is an address.
        let defanged = part[version.end()..].starts_with("[.]");
        if !joined || defanged {
            break;
        }
        found.push(version.as_str());
        last = version.end();
    }
    found
}
