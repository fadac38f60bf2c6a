//! Indicators of compromise.

use serde::{Deserialize, Serialize};

/// The kind of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IndicatorKind {
    /// IPv4 address.
    Ipv4,
    /// IPv6 address.
    Ipv6,
    /// Domain or host name.
    Domain,
    /// URL.
    Url,
    /// E-mail address.
    Email,
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
    /// Package, as a purl.
    Package,
    /// Registry account that publishes packages.
    Publisher,
    /// Source repository.
    Repository,
    /// File name.
    FileName,
    /// File path.
    FilePath,
    /// Windows registry key.
    RegistryKey,
    /// Mutex name.
    Mutex,
    /// HTTP user agent.
    UserAgent,
    /// Cryptocurrency wallet address.
    Wallet,
    /// Messenger handle or bot id.
    Handle,
    /// Vulnerability or malware record id (CVE, GHSA, MAL).
    Record,
}

/// An indicator: kept refanged, shown defanged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Indicator {
    /// Its kind.
    pub kind: IndicatorKind,
    /// Its value, refanged and normalised.
    pub value: String,
}

impl Indicator {
    /// The value made safe to show: `hxxp`, `[.]`, `[@]`. Only kinds that a
    /// reader could follow by accident are changed.
    pub fn defanged(&self) -> String {
        match self.kind {
            IndicatorKind::Ipv4 | IndicatorKind::Domain => self.value.replace('.', "[.]"),
            IndicatorKind::Ipv6 => self.value.replace(':', "[:]"),
            IndicatorKind::Email => self.value.replace('@', "[@]").replace('.', "[.]"),
            IndicatorKind::Url | IndicatorKind::Repository => {
                let (scheme, rest) = self.value.split_once("://").unwrap_or(("", &self.value));
                let (host, path) = match rest.find(['/', '?', '#']) {
                    Some(at) => rest.split_at(at),
                    None => (rest, ""),
                };
                let scheme = scheme.replacen("tt", "xx", 1);
                let separator = if scheme.is_empty() { "" } else { "://" };
                format!("{scheme}{separator}{}{path}", host.replace('.', "[.]"))
            }
            _ => self.value.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defangs_what_could_be_followed() {
        let shown = |kind, value: &str| {
            Indicator {
                kind,
                value: value.into(),
            }
            .defanged()
        };
        assert_eq!(
            shown(IndicatorKind::Url, "https://c2.example.com/a.b?x=1.2"),
            "hxxps://c2[.]example[.]com/a.b?x=1.2"
        );
        assert_eq!(shown(IndicatorKind::Ipv4, "192.0.2.7"), "192[.]0[.]2[.]7");
        assert_eq!(
            shown(IndicatorKind::Email, "a@example.com"),
            "a[@]example[.]com"
        );
    }
}
