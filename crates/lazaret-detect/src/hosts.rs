//! What hosts are for (`content/detect/hosts/<class>.toml`): monitoring,
//! storage, tunnels and so on, by domain.

use lazaret_content::Content;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::DetectError;

/// One class of hosts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HostClass {
    /// Domains; what is below them belongs to the class as well.
    domains: Vec<String>,
}

/// Classes of hosts by domain.
#[derive(Clone, Debug, Default)]
pub struct HostClasses {
    of: FxHashMap<String, String>,
}

impl HostClasses {
    /// Reads those of the content.
    ///
    /// # Errors
    /// When a file has no `domains`, or lists one that another class has.
    pub fn load(content: &Content) -> Result<Self, DetectError> {
        let mut of = FxHashMap::default();
        for (class, path, bytes) in content.named("detect/hosts/", ".toml") {
            let text = String::from_utf8_lossy(bytes);
            let read: HostClass =
                toml::from_str(&text).map_err(|error| DetectError::content(path, &error))?;
            for domain in read.domains {
                let before = of.insert(domain.to_ascii_lowercase(), class.to_owned());
                if let Some(other) = before.filter(|other| other != class) {
                    let reason = format!("`{domain}` is in {other}.toml as well");
                    return Err(DetectError::content(path, &reason));
                }
            }
        }
        Ok(Self { of })
    }

    /// The class of a host, by its longest domain that has one.
    pub fn of(&self, host: &str) -> Option<&str> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let mut rest = host.as_str();
        loop {
            if let Some(class) = self.of.get(rest) {
                return Some(class);
            }
            rest = rest.split_once('.')?.1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_domain_counts() {
        let of = [("example.com", "vendor"), ("drop.example.com", "drop")];
        let of = of.map(|(domain, class)| (domain.to_owned(), class.to_owned()));
        let classes = HostClasses {
            of: of.into_iter().collect(),
        };
        assert_eq!(classes.of("a.Drop.example.com."), Some("drop"));
        assert_eq!(classes.of("www.example.com"), Some("vendor"));
        assert_eq!(classes.of("notexample.com"), None);
        assert_eq!(classes.of(""), None);
    }
}
