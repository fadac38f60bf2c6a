//! Owner and name of a repository, from what packages write.

/// Hosts whose addresses are `host/owner/name`.
const HOSTS: [&str; 4] = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"];

/// Owner and name in lower case, of a URL of any scheme (`git+ssh://…`,
/// `git@github.com:…`) or npm's short forms (`github:owner/name`,
/// `owner/name`).
pub(super) fn parse(text: &str) -> Option<(String, String)> {
    let lower = text.trim().to_lowercase();
    let host = HOSTS
        .iter()
        .find_map(|host| lower.find(host).map(|at| at + host.len()));
    let path = match host {
        Some(end) => lower.get(end..)?.trim_start_matches([':', '/']),
        None if lower.contains("://") => return None,
        None => lower.rsplit(':').next()?,
    };
    let mut parts = path.split(['/', '#', '?']).filter(|part| !part.is_empty());
    let (owner, name) = (parts.next()?, parts.next()?);
    let name = name.strip_suffix(".git").unwrap_or(name);
    let name = name.strip_suffix(".js").unwrap_or(name);
    Some((owner.to_owned(), name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_packages_write() {
        for text in [
            "https://github.com/Lodash/lodash",
            "git+ssh://git@github.com/lodash/lodash.git",
            "git@github.com:lodash/lodash.git",
            "github:lodash/lodash",
            "lodash/lodash",
            "https://github.com/lodash/lodash/tree/main/x#readme",
        ] {
            let expected = ("lodash".to_owned(), "lodash".to_owned());
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        assert_eq!(parse("https://example.com/lodash/lodash"), None);
        assert_eq!(parse(""), None);
    }
}
