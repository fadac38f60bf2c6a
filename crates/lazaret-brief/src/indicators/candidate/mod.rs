//! Candidates: everything in the text that has the shape of an indicator.
//! What they mean is judged later.

mod shape;

use std::{net::Ipv6Addr, ops::Range};

use lazaret_model::IndicatorKind;

use super::{Refanged, wallet};
use shape::{
    continues_number, endpoint, ipv4, is_host, normalise_url, path_after, port_after, trim_url,
};

pub(super) use shape::host_of;

/// A value with the shape of an indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) kind: IndicatorKind,
    /// Normalised value.
    pub(super) value: String,
    /// Port, where one was written.
    pub(super) port: Option<u16>,
    /// Place in the refanged text.
    pub(super) range: Range<usize>,
    pub(super) defanged: bool,
}

pattern!(
    /// Pages of services that analyse samples.
    SAMPLE,
    r"(?i)^\w+://(?:[\w-]+\[?\.\]?)*(?:virustotal|hybrid-analysis|abuse|polyswarm|malshare|joesandbox|filescan|triage|tria)\[?\.\]?(?:com|ch|network|io|ge)/[^\s?]*?\b(?P<digest>[0-9a-f]{64})\b"
);
pattern!(
    URL,
    r#"(?i)\b(?:https?|ftps?|sftp|wss?|stratum(?:\+(?:tcp|ssl|tls))?|tcp|udp|socks5|ldaps?|ssh|git)://[^\s<>"'`\\|^{}…（），。、；：\u{201c}\u{201d}\u{2018}\u{2019}\u{ab}\u{bb}]+"#
);
pattern!(
    EMAIL,
    r"(?i)\b[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}\b"
);
pattern!(
    HOST,
    r"(?i)(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.)+(?:[\p{L}][\p{L}\p{N}-]{1,23})"
);
pattern!(
    DETECTED,
    r"(?i)\b(?:android|backdoor|html|ios|java|js|linux|macos|msil|multi|osx|perl|php|powershell|python|trojan|unix|vbs|win32|win64)[/:!]$"
);
pattern!(
    IPV4,
    r"\b(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2}\b)?(?::\d{1,5}\b)?"
);
pattern!(
    IPV6,
    r"(?i)(?:\b|\[)(?:[0-9a-f]{1,4}:){1,7}(?::|[0-9a-f]{1,4})(?:[0-9a-f:]*[0-9a-f])?(?:/\d{1,3})?|::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{1,4}\b"
);
pattern!(
    HASH,
    r"(?i)\b[0-9a-f]{32}(?:[0-9a-f]{8}|[0-9a-f]{32}|[0-9a-f]{96})?\b"
);
pattern!(
    RECORD,
    r"(?i)\b(?:CVE-\d{4}-\d{4,7}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|MAL-\d{4}-\d{1,7}|RUSTSEC-\d{4}-\d{4}|PYSEC-\d{4}-\d{1,5}|SNYK-[A-Z]+-[A-Z0-9.-]+-\d{4,9})\b"
);
pattern!(
    REGISTRY_KEY,
    r"(?i)\b(?:HKLM|HKCU|HKCR|HKU|HKCC|HKEY_(?:LOCAL_MACHINE|CURRENT_USER|CLASSES_ROOT|USERS|CURRENT_CONFIG))\\{1,2}(?:[A-Za-z0-9_ .{}()*%$-]*[A-Za-z0-9_}*)%$]\\{1,2})*[A-Za-z0-9_.{}()*%$-]*[A-Za-z0-9_}*)%]"
);
pattern!(
    PATH,
    r#"(?ix)
    (?:\b[a-z]:\\{1,2}|%[a-z_()0-9]{3,30}%\\{1,2}|\$env:[a-z]+\\{1,2}|\\\\[a-z0-9_.-]+\\)
        (?:[^\s\\/:*?"<>|,;`'。，、；」』）]+(?:\x20[^\s\\/:*?"<>|,;`'.。，、；]+)?\\{1,2})*[^\s\\/:*?"<>|,;`')\]。，、；」』）]+
    | (?:~|\$HOME|\$\{HOME\}|\$TMPDIR)/[\w.@%+~-]+(?:/(?:Application\x20Support/)?[\w.@%+~-]+)*
    | /(?:tmp|var|etc|usr|opt|home|root|dev|bin|sbin|lib|proc|Users|Library|Applications|private|mnt|srv|run|System)/(?:Application\x20Support/)?[\w.@%+~-]+(?:/(?:Application\x20Support/)?[\w.@%+~*-]+)*"#
);
pattern!(
    USER_AGENT,
    r#"(?i)(?:\buser[-_ ]?agents?\b|\$ua\d*\b)[^\n"'`“]{0,40}["'`“]([^"'`”\n]{4,200})["'`”]|\b(Mozilla/[45]\.0 \([^)\n]{3,120}\)[^\n"'`”]{0,160})"#
);
pattern!(
    MUTEX,
    r#"(?i)\bmutex(?:es)?\b[^\n"'`“.]{0,40}["'`“]((?:Global\\|Local\\)?[^"'`”\s]{4,100})["'`”]|\b((?:Global|Local)\\[A-Za-z0-9_{}$.-]{3,100})"#
);
pattern!(
    TELEGRAM,
    r"(?i)\bt(?:elegram)?\.me/(?:s/|joinchat/|\+)?([A-Za-z][A-Za-z0-9_]{4,31})\b"
);
pattern!(
    ATTACK,
    r"\b(?:TA00\d{2}|T1\d{3}(?:\.\d{3})?|[SG]\d{4}|M1\d{3}|DS\d{4})\b"
);

/// All candidates, in the order of the text. Overlaps are kept out: what is
/// part of a URL, an e-mail address or a path is not a candidate of its own.
pub(super) fn find(refanged: &Refanged) -> Vec<Candidate> {
    let text = refanged.text.as_str();
    let mut found: Vec<Candidate> = Vec::new();
    let mut taken = Taken::default();
    let mut add = |kind, value: String, port, range: Range<usize>, taken: &mut Taken| {
        if taken.take(&range) {
            found.push(Candidate {
                kind,
                value,
                port,
                defanged: refanged.was_defanged(&range),
                range,
            });
        }
    };

    for m in URL.find_iter(text) {
        let raw = trim_url(m.as_str());
        if let Some((kind, value, port)) = endpoint(raw) {
            let range = m.start()..m.start() + raw.len();
            add(kind, value, port, range, &mut taken);
        } else if let Some(url) = normalise_url(raw) {
            // The page of a sample names it by its digest.
            if let Some(digest) = SAMPLE.captures(raw).and_then(|c| c.name("digest")) {
                let range = m.start() + digest.start()..m.start() + digest.end();
                let (kind, value) = (IndicatorKind::Sha256, digest.as_str().to_lowercase());
                add(kind, value, None, range, &mut taken);
                continue;
            }
            let range = m.start()..m.start() + raw.len();
            add(IndicatorKind::Url, url, None, range, &mut taken);
        } else {
            // Not a URL to use, and its parts are nothing either.
            taken.take(&(m.start()..m.start() + raw.len()));
        }
    }
    for m in EMAIL.find_iter(text) {
        let value = m.as_str().to_lowercase();
        let known_suffix = value
            .rsplit_once('@')
            .is_some_and(|(_, host)| is_host(host));
        if known_suffix {
            add(IndicatorKind::Email, value, None, m.range(), &mut taken);
        }
    }
    for m in REGISTRY_KEY.find_iter(text) {
        let value = m.as_str().replace("\\\\", "\\");
        add(
            IndicatorKind::RegistryKey,
            value,
            None,
            m.range(),
            &mut taken,
        );
    }
    for (pattern, kind) in [
        (&USER_AGENT, IndicatorKind::UserAgent),
        (&MUTEX, IndicatorKind::Mutex),
    ] {
        for captures in pattern.captures_iter(text) {
            if let Some(m) = captures.get(1).or_else(|| captures.get(2)) {
                let value = m.as_str().trim().trim_end_matches('.');
                let value = match kind {
                    IndicatorKind::Mutex => value.replace("\\\\", "\\"),
                    _ => value.to_owned(),
                };
                let range = m.start()..m.start() + m.as_str().trim_end_matches('.').len();
                add(kind, value, None, range, &mut taken);
            }
        }
    }
    for captures in TELEGRAM.captures_iter(text) {
        if let (Some(whole), Some(name)) = (captures.get(0), captures.get(1)) {
            let value = format!("telegram:{}", name.as_str());
            add(
                IndicatorKind::Handle,
                value,
                None,
                whole.range(),
                &mut taken,
            );
        }
    }
    for m in PATH.find_iter(text) {
        let value = m.as_str().trim_end_matches(['.', ',', ':', ')']);
        // A path continues no word: `and/or`, `a/tmp/b`.
        let before = text[..m.start()].chars().next_back();
        // `/tmp/out-<time>.json` is no path of its own.
        let open = text[m.end()..].starts_with('<') && !text[m.end()..].starts_with("</");
        if !open
            && before.is_none_or(|c| {
                !c.is_alphanumeric() && !matches!(c, '.' | '/' | ':' | '-' | '_' | '~' | '}')
            })
        {
            let range = m.start()..m.start() + value.len();
            add(
                IndicatorKind::FilePath,
                value.replace("\\\\", "\\"),
                None,
                range,
                &mut taken,
            );
        }
    }
    for m in RECORD.find_iter(text) {
        let value = m.as_str().to_string();
        let value = match value.split_once('-') {
            // OSV keeps GHSA ids in lower case behind the prefix.
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("GHSA") => {
                format!("GHSA-{}", rest.to_lowercase())
            }
            _ => value.to_uppercase(),
        };
        add(IndicatorKind::Record, value, None, m.range(), &mut taken);
    }
    for (kind, value, range) in wallet::find(text) {
        add(kind, value, None, range, &mut taken);
    }
    for (value, range) in wallet::keys(text) {
        let from = text.floor_char_boundary(range.start.saturating_sub(160));
        let to = text.floor_char_boundary(range.end + 60);
        let near = text[from..to].to_lowercase();
        if [
            "wallet",
            "solana",
            "address",
            "drain",
            "billetera",
            "кошел",
            "钱包",
            "ウォレット",
        ]
        .iter()
        .any(|word| near.contains(word))
        {
            add(IndicatorKind::Wallet, value, None, range, &mut taken);
        }
    }
    for m in HASH.find_iter(text) {
        let kind = match m.len() {
            32 => IndicatorKind::Md5,
            40 => IndicatorKind::Sha1,
            64 => IndicatorKind::Sha256,
            _ => IndicatorKind::Sha512,
        };
        // One digit over and over, and plain decimal numbers, are no digests.
        let bytes = m.as_str().as_bytes();
        let distinct = bytes
            .iter()
            .collect::<std::collections::BTreeSet<_>>()
            .len();
        // "844013…": the rest was left out.
        let cut = text[m.end()..].starts_with(['…']) || text[m.end()..].starts_with("...");
        if !cut && distinct > 4 && bytes.iter().any(u8::is_ascii_alphabetic) {
            add(kind, m.as_str().to_lowercase(), None, m.range(), &mut taken);
        }
    }
    for m in IPV4.find_iter(text) {
        if let Some((value, port)) = ipv4(m.as_str())
            && !continues_number(text, &m.range())
        {
            add(IndicatorKind::Ipv4, value, port, m.range(), &mut taken);
        }
    }
    for m in IPV6.find_iter(text) {
        let inner = m.as_str().trim_start_matches('[');
        let (address, mask) = match inner.split_once('/') {
            Some((address, mask)) => (address, Some(mask)),
            None => (inner, None),
        };
        let written_long = address.matches(':').count() >= 3;
        if let Ok(address) = address.parse::<Ipv6Addr>()
            && written_long
            && !address.is_loopback()
            && !address.is_unspecified()
        {
            let mask = mask.map(|m| format!("/{m}")).unwrap_or_default();
            let start = m.end() - inner.len();
            add(
                IndicatorKind::Ipv6,
                format!("{address}{mask}"),
                None,
                start..m.end(),
                &mut taken,
            );
        }
    }
    for m in HOST.find_iter(text) {
        // What scanners call malware: `Linux/Spy.Agent.AB`.
        if DETECTED
            .is_match(&text[text.floor_char_boundary(m.start().saturating_sub(12))..m.start()])
        {
            continue;
        }
        // Chinese and Japanese set no space before a name in Latin letters.
        let latin = m
            .as_str()
            .char_indices()
            .rfind(|(_, c)| *c >= '\u{2e80}')
            .map(|(at, c)| at + c.len_utf8())
            .filter(|at| {
                let rest = &m.as_str()[*at..];
                rest.contains('.') && rest.starts_with(|c: char| c.is_ascii_alphanumeric())
            })
            .unwrap_or(0);
        let raw = &m.as_str()[latin..];
        let start = m.start() + latin;
        let before = text[..m.start()].chars().next_back();
        let after = text[m.end()..].chars().next();
        // Part of something longer: `@scope/x.js`, `a.b(`, `$x.y`, `-x.y`.
        let wild = text[..m.start()].ends_with("*.");
        let joined =
            !wild && before.is_some_and(|c| matches!(c, '@' | '$' | '_' | '.' | '\\' | '%' | '~'));
        // In Chinese, what stands in brackets behind a name is a note.
        let noted = text[m.end()..]
            .chars()
            .nth(1)
            .is_some_and(|c| c >= '\u{2e80}');
        let called = matches!(after, Some('(' | '_' | '\\' | '=')) && !noted
            || after.is_some_and(|c| c.is_alphanumeric() && c < '\u{2e80}');
        let value = raw.trim_end_matches('.').to_lowercase();
        if joined || called || !is_host(&value) {
            continue;
        }
        let (port, end) = port_after(text, m.end());
        // `host/path` without a scheme is a URL to an analyst.
        let path_end = path_after(text, end);
        let defanged = refanged.was_defanged(&(start..m.end()));
        if path_end > end + 1 && (defanged || before != Some('/')) {
            let path = trim_url(&text[end..path_end]);
            if path.len() > 1 {
                let port = port.map(|p| format!(":{p}")).unwrap_or_default();
                let url = format!("{value}{port}{path}");
                add(
                    IndicatorKind::Url,
                    url,
                    None,
                    start..end + path.len(),
                    &mut taken,
                );
                continue;
            }
        }
        add(
            IndicatorKind::Domain,
            value,
            port,
            start..m.end(),
            &mut taken,
        );
    }
    found.sort_by_key(|candidate| (candidate.range.start, candidate.range.end));
    found
}

/// ATT&CK ids in the text, with their places.
pub(super) fn attack_ids(text: &str) -> Vec<(String, Range<usize>)> {
    ATTACK
        .find_iter(text)
        .map(|m| (m.as_str().to_owned(), m.range()))
        .collect()
}

/// Stretches already taken, kept sorted.
#[derive(Default)]
struct Taken(std::collections::BTreeMap<usize, usize>);

impl Taken {
    /// Takes `range` where nothing in it is taken yet.
    fn take(&mut self, range: &Range<usize>) -> bool {
        let overlaps = self
            .0
            .range(..range.end)
            .next_back()
            .is_some_and(|(_, end)| *end > range.start);
        if !overlaps {
            self.0.insert(range.start, range.end);
        }
        !overlaps
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(IndicatorKind, String)> {
        find(&Refanged::new(text))
            .into_iter()
            .map(|c| (c.kind, c.value))
            .collect()
    }

    #[test]
    fn finds_each_kind_once() {
        use IndicatorKind as K;
        for (text, expected) in [
            (
                "to hxxp://192[.]0[.]2[.]1:8080/a.sh.",
                (K::Url, "http://192.0.2.1:8080/a.sh"),
            ),
            (
                "C2 at evil[.]example[.]com (port 443)",
                (K::Domain, "evil.example.com"),
            ),
            ("at 192.0.2.15:4444,", (K::Ipv4, "192.0.2.15")),
            ("range 198.51.100.0/24", (K::Ipv4, "198.51.100.0/24")),
            (
                "from 2001:db8::dead:beef today",
                (K::Ipv6, "2001:db8::dead:beef"),
            ),
            ("mail Me[@]Example[.]com now", (K::Email, "me@example.com")),
            (
                "d41d8cd98f00b204e9800998ecf8427e",
                (K::Md5, "d41d8cd98f00b204e9800998ecf8427e"),
            ),
            ("see cve-2024-3094.", (K::Record, "CVE-2024-3094")),
            (
                r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run",
                (
                    K::RegistryKey,
                    r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run",
                ),
            ),
            (
                r"drops %APPDATA%\evil\run.exe then",
                (K::FilePath, r"%APPDATA%\evil\run.exe"),
            ),
            (
                "writes /tmp/.x/run.sh, then",
                (K::FilePath, "/tmp/.x/run.sh"),
            ),
            (
                "(see https://en.example.com/wiki/A_(b)).",
                (K::Url, "https://en.example.com/wiki/A_(b)"),
            ),
        ] {
            assert_eq!(
                values(text),
                [(expected.0, expected.1.to_owned())],
                "{text}"
            );
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "version 1.2.3.4.5",
            "00000000000000000000000000000000",
            "call os.system( and obj.name(",
            "at 12:34:56",
            "999.1.1.1",
            "and/or, yes/no",
        ] {
            assert_eq!(values(text), [], "{text}");
        }
    }
}
