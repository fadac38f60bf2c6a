//! Which of several versions is the newest stable one.

/// The newest version by its numbers; pre-releases only if there is nothing
/// else.
pub(super) fn newest<'a>(versions: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    versions
        .into_iter()
        .max_by_key(|version| (!is_prerelease(version), numbers(version)))
}

fn is_prerelease(version: &str) -> bool {
    let version = version.split('+').next().unwrap_or(version);
    let version = version.trim_start_matches('v');
    // `1.0.post1` is a release after 1.0 (PEP 440).
    version
        .replace("post", "")
        .contains(|c: char| c.is_ascii_alphabetic() || c == '-')
}

fn numbers(version: &str) -> Vec<u64> {
    version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stable_before_newer_previews() {
        assert_eq!(
            newest(["1.9.0", "1.10.0", "2.0.0rc1", "2.0.0-beta.1"]),
            Some("1.10.0")
        );
        assert_eq!(newest(["1.0", "1.0.post1"]), Some("1.0.post1"));
        assert_eq!(newest(["1.0a1"]), Some("1.0a1"));
    }
}
