//! The order of versions, as each ecosystem has it.

use std::cmp::Ordering;

use lazaret_model::Ecosystem;

/// Compares two versions in the order of their ecosystem: PEP 440 for PyPI,
/// Semantic Versioning for npm, Cargo and Go, and the order of RubyGems
/// (runs of digits as numbers, letters before digits) for the rest and for
/// what is no valid version.
pub fn compare(ecosystem: Ecosystem, a: &str, b: &str) -> Ordering {
    match ecosystem {
        Ecosystem::Pypi => {
            let parsed = |text: &str| text.parse::<pep440_rs::Version>().ok();
            if let (Some(a), Some(b)) = (parsed(a), parsed(b)) {
                return a.cmp(&b);
            }
        }
        Ecosystem::Npm | Ecosystem::Cargo | Ecosystem::Golang | Ecosystem::Nuget => {
            let parsed =
                |text: &str| semver::Version::parse(text.trim_start_matches(['v', '='])).ok();
            if let (Some(a), Some(b)) = (parsed(a), parsed(b)) {
                // Build metadata does not count (Semantic Versioning 2.0, 10).
                return a.cmp_precedence(&b);
            }
        }
        _ => {}
    }
    generic(a, b)
}

#[derive(PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Number(&'a str),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches('v');
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit();
        if !first.is_alphanumeric() {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest
            .find(|c: char| !c.is_alphanumeric() || c.is_ascii_digit() != digit)
            .unwrap_or(rest.len());
        let (part, tail) = rest.split_at(end);
        found.push(if digit {
            Part::Number(part.trim_start_matches('0'))
        } else {
            Part::Text(part)
        });
        rest = tail;
    }
    // `1.0` and `1` are the same.
    while found.last() == Some(&Part::Number("")) {
        found.pop();
    }
    found
}

fn generic(a: &str, b: &str) -> Ordering {
    let (a, b) = (parts(a), parts(b));
    let zero = Part::Number("");
    for index in 0..a.len().max(b.len()) {
        let order = match (a.get(index).unwrap_or(&zero), b.get(index).unwrap_or(&zero)) {
            (Part::Number(a), Part::Number(b)) => a.len().cmp(&b.len()).then(a.cmp(b)),
            (Part::Text(a), Part::Text(b)) => a.cmp(b),
            // A pre-release word is before its release.
            (Part::Text(_), Part::Number(_)) => Ordering::Less,
            (Part::Number(_), Part::Text(_)) => Ordering::Greater,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ecosystem_has_its_order() {
        for (ecosystem, smaller, larger) in [
            (Ecosystem::Npm, "1.2.9", "1.2.10"),
            (Ecosystem::Npm, "1.0.0-beta.2", "1.0.0-beta.11"),
            (Ecosystem::Pypi, "1.0.dev1", "1.0a1"),
            (Ecosystem::Pypi, "1.0rc1", "1.0"),
            (Ecosystem::Pypi, "1.0", "1.0.post1"),
            (Ecosystem::Gem, "1.0.0.pre", "1.0.0"),
            (Ecosystem::Gem, "1.9", "1.10"),
            (Ecosystem::Nuget, "1.0.0.1", "1.0.0.2"),
        ] {
            assert_eq!(
                compare(ecosystem, smaller, larger),
                Ordering::Less,
                "{smaller} {larger}"
            );
            assert_eq!(compare(ecosystem, larger, smaller), Ordering::Greater);
        }
        assert_eq!(
            compare(Ecosystem::Npm, "1.0.0+a", "1.0.0+b"),
            Ordering::Equal
        );
    }

    proptest::proptest! {
        #[test]
        fn any_texts_are_ordered_both_ways(a in ".{0,20}", b in ".{0,20}") {
            for ecosystem in Ecosystem::all() {
                proptest::prop_assert_eq!(compare(ecosystem, &a, &b), compare(ecosystem, &b, &a).reverse());
            }
        }
    }
}
