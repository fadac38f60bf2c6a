//! What all mentions of a value come to: a package that one sentence clears is
//! not condemned by another that only tells of an attack; what stands under a
//! bad domain or account counts with it.

use std::collections::{HashMap, HashSet};

use lazaret_model::{Confidence, Ecosystem, IndicatorKind};

use super::{
    Found, Role,
    judge::{CALLED_BAD, IMITATED, Judgement, SAFE},
    package::Named,
};

/// What speaks most for and most against a name.
#[derive(Default)]
struct Balance {
    against: i8,
    cleared: i8,
    reason: &'static str,
    /// How many mentions call this version bad, less those that call it safe.
    votes: i32,
}

impl Balance {
    fn add(&mut self, judged: &Judgement) {
        self.votes += match judged.reason {
            SAFE => -1,
            CALLED_BAD => 1,
            _ => 0,
        };
        self.against = self.against.max(judged.weight);
        if judged.weight < self.cleared {
            self.cleared = judged.weight;
            self.reason = judged.reason;
        }
    }

    /// Whether what clears it outweighs what a mention of that weight says
    /// against it. Only a version that most mentions call safe is cleared of
    /// what plainly accuses it.
    fn clears(&self, weight: i8) -> bool {
        weight <= 1 && self.cleared <= -3 && self.against <= 1
            || self.reason == SAFE && self.votes < 0
    }
}

/// Sets the role of each mention by all mentions of the package, and of the
/// same version of it.
pub(super) fn weigh(packages: &[Named], judged: &mut [Judgement]) {
    type Key<'a> = (Ecosystem, &'a str, Option<&'a str>);
    let mut balances: HashMap<Key<'_>, Balance> = HashMap::new();
    for (named, judged) in packages.iter().zip(judged.iter()) {
        let (ecosystem, name) = (named.package.ecosystem(), named.package.name());
        let version = named.package.version();
        // That one version is safe says nothing of the others.
        if version.is_none() && judged.reason != SAFE
            || judged.weight > 0
            || judged.reason == IMITATED
        {
            balances
                .entry((ecosystem, name, None))
                .or_default()
                .add(judged);
        }
        if version.is_some() {
            balances
                .entry((ecosystem, name, version))
                .or_default()
                .add(judged);
        }
    }
    for (named, judged) in packages.iter().zip(judged.iter_mut()) {
        if judged.role != Role::Indicator || judged.weight > 2 {
            continue;
        }
        let (ecosystem, name) = (named.package.ecosystem(), named.package.name());
        let cleared = [named.package.version(), None]
            .into_iter()
            .filter_map(|version| balances.get(&(ecosystem, name, version)))
            .find(|balance| balance.clears(judged.weight));
        if let Some(balance) = cleared {
            judged.role = Role::Mentioned;
            judged.confidence = Confidence::High;
            judged.reason = balance.reason;
        }
    }
}

/// A version of a package that is an indicator by its name is one as well,
/// where nothing speaks for it.
pub(super) fn promote_versions(found: &mut [Found]) {
    let bare: HashSet<String> = found
        .iter()
        .filter(|f| f.role == Role::Indicator && f.indicator.kind == IndicatorKind::Package)
        .map(|f| f.indicator.value.clone())
        .collect();
    for f in found {
        // Where an article has one, its versions are set apart from its name.
        if f.indicator.kind == IndicatorKind::Package
            && (f.reason.starts_with("nothing says that it is mal")
                || bare.len() == 1 && f.reason.contains("nothing says that it is mal"))
            && let Some((name, _)) = f.indicator.value.rsplit_once('@')
            && bare.contains(name)
        {
            f.role = Role::Indicator;
            f.reason = "a version of a package that is one";
        }
    }
}

/// What stands on a code host under the name of an account that is an
/// indicator, or of the owner of a Go module that is one.
pub(super) fn promote_owned(found: &mut [Found]) {
    let owners: HashSet<String> = found
        .iter()
        .filter(|f| f.role == Role::Indicator)
        .filter_map(|f| match f.indicator.kind {
            IndicatorKind::Publisher => Some(f.indicator.value.to_lowercase()),
            IndicatorKind::Package => f
                .indicator
                .value
                .strip_prefix("pkg:golang/github.com/")
                .and_then(|rest| rest.split('/').next())
                .map(str::to_lowercase),
            _ => None,
        })
        .collect();
    for f in found {
        let is_page = matches!(
            f.indicator.kind,
            IndicatorKind::Url | IndicatorKind::Repository
        );
        if f.role == Role::Indicator || !is_page {
            continue;
        }
        let path = f
            .indicator
            .value
            .split_once("://")
            .map_or(f.indicator.value.as_str(), |(_, rest)| rest);
        let mut parts = path.split('/');
        let on_code_host = parts.next().is_some_and(|host| {
            matches!(
                host,
                "github.com"
                    | "raw.githubusercontent.com"
                    | "gist.githubusercontent.com"
                    | "gist.github.com"
                    | "gitlab.com"
                    | "bitbucket.org"
                    | "codeberg.org"
            )
        });
        if on_code_host
            && parts
                .next()
                .is_some_and(|owner| owners.contains(&owner.to_lowercase()))
        {
            f.role = Role::Indicator;
            f.confidence = Confidence::Medium;
            f.reason = "of an account that is one";
        }
    }
}

/// `foo` beside `foo@1.2` is the same package; the one with the version says
/// more. Kept where only the bare name is an indicator.
pub(super) fn drop_versionless_twins(found: &mut Vec<Found>) {
    // "all versions" says it all.
    let whole: HashSet<String> = found
        .iter()
        .filter(|f| {
            f.role == Role::Indicator
                && f.versions.as_deref().is_some_and(|v| {
                    let v = v.to_lowercase();
                    v.starts_with("all ") || v.starts_with("any ") || v.starts_with("every ")
                })
        })
        .map(|f| f.indicator.value.clone())
        .collect();
    found.retain(|f| {
        f.indicator.kind != IndicatorKind::Package
            || !f
                .indicator
                .value
                .rsplit_once('@')
                .is_some_and(|(name, _)| whole.contains(name))
    });
    let mut versioned: HashMap<String, Role> = Default::default();
    let mut exact: HashMap<String, usize> = Default::default();
    for f in found.iter() {
        if f.indicator.kind == IndicatorKind::Package
            && let Some((name, _)) = f.indicator.value.rsplit_once('@')
        {
            *exact.entry(name.to_owned()).or_default() += 1;
            let role = versioned.entry(name.to_owned()).or_insert(f.role);
            *role = (*role).min(f.role);
        }
    }
    found.retain(|f| {
        f.indicator.kind != IndicatorKind::Package
            // A range says more than one of its versions.
            || f.versions.is_some()
                && f.role == Role::Indicator
                && exact.get(&f.indicator.value).is_some_and(|count| *count < 2)
            || versioned
                .get(&f.indicator.value)
                .is_none_or(|role| *role > f.role)
    });
}
