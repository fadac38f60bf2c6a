//! Names on the shipped lists.

use std::sync::LazyLock;

use super::*;

static NAMES: LazyLock<Names> = LazyLock::new(|| Names::load(&Content::shipped()));

fn names() -> &'static Names {
    &NAMES
}

fn check(name: &str) -> Option<(String, Resemblance)> {
    let package: Package = name.parse().unwrap();
    let found = names().check(&package);
    found
        .first()
        .map(|known| (known.of.name().to_owned(), known.resemblance))
}

#[test]
fn squats_are_seen() {
    for (name, of, resemblance) in [
        ("pypi:reqeusts", "requests", Resemblance::Typo),
        ("pypi:requestss", "requests", Resemblance::Typo),
        ("pypi:colourama", "colorama", Resemblance::Typo),
        (
            "pypi:pythondateutil",
            "python-dateutil",
            Resemblance::Separator,
        ),
        (
            "pypi:dateutil-python",
            "python-dateutil",
            Resemblance::Order,
        ),
        ("pypi:rnatplotlib", "matplotlib", Resemblance::Homoglyph),
        ("pypi:requests-official", "requests", Resemblance::Addition),
        ("npm:expresss", "express", Resemblance::Typo),
        ("npm:crossenv", "cross-env", Resemblance::Separator),
        ("npm:types-node", "@types/node", Resemblance::Scope),
        ("npm:@typs/node", "@types/node", Resemblance::Scope),
    ] {
        assert_eq!(check(name), Some((of.to_owned(), resemblance)), "{name}");
    }
}

#[test]
fn popular_names_and_families_are_not() {
    for name in [
        "pypi:requests",
        "npm:lodash",
        "npm:eslint-plugin-expres",
        "npm:@acme/lodahs",
        "pypi:types-requets",
        "npm:a",
    ] {
        assert_eq!(check(name), None, "{name}");
    }
}

#[test]
fn no_popular_name_is_a_lookalike() {
    let names = names();
    for ecosystem in [
        Ecosystem::Npm,
        Ecosystem::Pypi,
        Ecosystem::Gem,
        Ecosystem::Cargo,
        Ecosystem::Nuget,
    ] {
        let list = names.list(ecosystem).unwrap();
        for name in list.ranks.keys() {
            assert_eq!(names.check(&Package::new(ecosystem, name, None)), []);
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_name_is_survived(name in ".{1,40}") {
        let names = names();
        for ecosystem in Ecosystem::all() {
            let _ = names.check(&Package::new(ecosystem, &name, None));
        }
    }
}

#[test]
fn a_borrowed_repository_is_told_from_a_family_s_own() {
    let of = |package: &str, repository: &str| {
        names()
            .borrowed_repository(&package.parse().unwrap(), repository)
            .map(|of| of.name().to_owned())
    };
    let lodash = "git+https://github.com/lodash/lodash.git";
    assert_eq!(
        of("npm:inert-colour-table", lodash).as_deref(),
        Some("lodash")
    );
    assert_eq!(
        of("pypi:inert-helper", "https://github.com/psf/requests").as_deref(),
        Some("requests")
    );
    for (package, repository) in [
        ("npm:lodash", lodash),
        ("npm:lodash.inert", lodash),
        ("npm:@lodash/inert", lodash),
        (
            "npm:inert-colour-table",
            "https://github.com/ann/inert-colour-table",
        ),
        (
            "npm:inert-colour-table",
            "https://example.com/lodash/lodash",
        ),
    ] {
        assert_eq!(of(package, repository), None, "{package} {repository}");
    }
}
