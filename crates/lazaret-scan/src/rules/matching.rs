//! Evaluating a rule on a package.

use std::{collections::BTreeMap, ops::Range};

use lazaret_model::{Action, Behaviour, Evidence, Excerpt, Finding, Location, ObjectKind, Phase};

use lazaret_rule::Selection;

use super::{
    StaticRule,
    format::{Of, Within},
};
use crate::{
    PackageAnalysis, PackageFacts, PackageFiles,
    behaviour::{BehaviourView, action_name, phase_name},
    files::FileView,
};

/// Pieces of evidence kept for each selection.
const EVIDENCE: usize = 3;

/// Findings of one rule that are kept.
const FINDINGS: usize = 8;

/// What rules are evaluated on.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub name: &'a str,
    pub package: &'a PackageFiles,
    pub analysis: &'a PackageAnalysis,
    pub facts: &'a PackageFacts,
    pub ecosystem: Option<&'a str>,
    /// A package of a few lines is for what its functions do.
    small: bool,
    views: Vec<BehaviourView<'a>>,
    /// Behaviours of each file.
    by_file: BTreeMap<&'a str, Range<usize>>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(
        name: &'a str,
        package: &'a PackageFiles,
        analysis: &'a PackageAnalysis,
        facts: &'a PackageFacts,
        ecosystem: Option<&'a str>,
    ) -> Self {
        let views: Vec<_> = analysis
            .behaviours
            .iter()
            .map(|behaviour| {
                let file = package.get(&behaviour.location.path);
                BehaviourView {
                    behaviour,
                    language: file.and_then(|file| file.language),
                    aside: file.is_some_and(|file| file.aside),
                }
            })
            .collect();
        let mut by_file: BTreeMap<&str, Range<usize>> = BTreeMap::new();
        for (at, behaviour) in analysis.behaviours.iter().enumerate() {
            by_file
                .entry(&behaviour.location.path)
                .and_modify(|range| range.end = at + 1)
                .or_insert(at..at + 1);
        }
        Self {
            name,
            package,
            analysis,
            facts,
            ecosystem,
            small: is_small(package),
            views,
            by_file,
        }
    }

    fn file_view(&self, at: usize) -> Option<FileView<'_>> {
        let file = self.package.files.get(at)?;
        Some(FileView {
            file,
            traits: self
                .analysis
                .traits
                .get(&file.path)
                .map_or(&[], Vec::as_slice),
            phase: self.analysis.phases.get(&file.path).copied(),
        })
    }
}

/// What each selection of a rule found: numbers of behaviours or files, or
/// whether the package fits.
struct Hits {
    of: Of,
    at: Vec<usize>,
    holds: bool,
}

impl StaticRule {
    /// The rule's findings on a package.
    pub(crate) fn findings(&self, subject: &Subject<'_>) -> Vec<Finding> {
        if !self.ecosystems.is_empty()
            && !subject
                .ecosystem
                .is_some_and(|ecosystem| self.ecosystems.iter().any(|e| e == ecosystem))
        {
            return Vec::new();
        }
        let Some(hits) = self.hits(subject) else {
            return Vec::new();
        };
        let mut positive = Vec::new();
        self.condition.positive_names(&mut positive);
        let mut out = Vec::new();
        match self.within {
            Within::Package => out.extend(self.try_group(subject, &hits, &positive, None)),
            Within::File => {
                let mut paths: Vec<&str> = subject.by_file.keys().copied().collect();
                if self.selections.iter().any(|(_, of, _)| *of == Of::File) {
                    paths.extend(subject.package.files.iter().map(|file| file.path.as_str()));
                    paths.sort_unstable();
                    paths.dedup();
                }
                for path in paths {
                    out.extend(self.try_group(subject, &hits, &positive, Some(path)));
                    if out.len() >= FINDINGS {
                        break;
                    }
                }
            }
        }
        out
    }

    /// What each selection found; none where the rule cannot hold, whatever
    /// those would find that were not asked. The texts of files are the
    /// dearest: they are asked last.
    fn hits(&self, subject: &Subject<'_>) -> Option<Vec<Hits>> {
        let mut hits: Vec<Option<Hits>> = self.selections.iter().map(|_| None).collect();
        for wanted in [Of::Behaviour, Of::Package, Of::File] {
            for (number, (_, of, selection)) in self.selections.iter().enumerate() {
                if *of != wanted {
                    continue;
                }
                if wanted == Of::File && !self.condition.may_hold(&|name| self.truth(name, &hits)) {
                    return None;
                }
                let found = self.select(subject, *of, selection);
                if let Some(slot) = hits.get_mut(number) {
                    *slot = Some(found);
                }
            }
        }
        hits.into_iter().collect()
    }

    /// The place of a selection among the rule's.
    fn number(&self, name: &str) -> Option<usize> {
        self.selections
            .iter()
            .position(|(known, _, _)| known == name)
    }

    /// What is known of a selection in every group.
    fn truth(&self, name: &str, hits: &[Option<Hits>]) -> Option<bool> {
        let hits = hits.get(self.number(name)?)?.as_ref()?;
        // What holds in one file need not hold in another.
        let everywhere = hits.of == Of::Package || self.within == Within::Package;
        (everywhere || !hits.holds).then_some(hits.holds)
    }

    fn select(&self, subject: &Subject<'_>, of: Of, selection: &Selection) -> Hits {
        let at: Vec<usize> = match of {
            Of::Behaviour => (0..subject.views.len())
                .filter(|at| {
                    let view = &subject.views[*at];
                    (view.behaviour.phase <= self.phase
                        || subject.small
                            && self.phase == Phase::Import
                            && !self.not_on_call
                            && !view.is_project_script())
                        // Nothing loads it: it is only along for the ride.
                        && !(view.aside && view.behaviour.phase == Phase::Run)
                        && selection.matches(view)
                })
                .collect(),
            Of::File => (0..subject.package.files.len())
                .filter(|at| {
                    subject
                        .file_view(*at)
                        .is_some_and(|view| selection.matches(&view))
                })
                .collect(),
            Of::Package => Vec::new(),
        };
        let holds = match of {
            Of::Package => selection.matches(subject.facts),
            _ => !at.is_empty(),
        };
        Hits { of, at, holds }
    }

    fn try_group(
        &self,
        subject: &Subject<'_>,
        hits: &[Hits],
        positive: &[&str],
        path: Option<&str>,
    ) -> Option<Finding> {
        let in_group = |hits: &Hits| -> Vec<usize> {
            let Some(path) = path else {
                return hits.at.clone();
            };
            match hits.of {
                Of::Behaviour => {
                    let range = subject.by_file.get(path).cloned().unwrap_or(0..0);
                    hits.at
                        .iter()
                        .copied()
                        .filter(|at| range.contains(at))
                        .collect()
                }
                Of::File => hits
                    .at
                    .iter()
                    .copied()
                    .filter(|at| {
                        subject
                            .package
                            .files
                            .get(*at)
                            .is_some_and(|file| file.path == path)
                    })
                    .collect(),
                Of::Package => Vec::new(),
            }
        };
        let mut found: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut some_place = false;
        let holds = self.condition.eval(&mut |name| {
            let Some(hits) = self.number(name).and_then(|at| hits.get(at)) else {
                return false;
            };
            if hits.of == Of::Package {
                return hits.holds;
            }
            if !hits.holds {
                return false;
            }
            let at = in_group(hits);
            !at.is_empty()
        });
        if !holds {
            return None;
        }
        for name in positive {
            if let Some(hits) = self.number(name).and_then(|at| hits.get(at)) {
                let at = in_group(hits);
                some_place |= !at.is_empty();
                found.insert(name, at);
            }
        }
        // A rule over files must rest on something in this one.
        if path.is_some() && !some_place {
            return None;
        }
        if !self.in_order(subject, &found) || !self.paths_agree(subject, &found) {
            return None;
        }
        Some(self.finding(subject, positive, &found, path))
    }

    fn in_order(&self, subject: &Subject<'_>, found: &BTreeMap<&str, Vec<usize>>) -> bool {
        let start = |at: &usize| {
            subject
                .views
                .get(*at)
                .map(|view| view.behaviour.location.start)
        };
        let mut least = 0;
        for name in &self.order {
            let next = found.get(name.as_str()).and_then(|hits| {
                hits.iter()
                    .filter_map(start)
                    .filter(|start| *start >= least)
                    .min()
            });
            match next {
                Some(start) => least = start,
                None => return false,
            }
        }
        true
    }

    fn paths_agree(&self, subject: &Subject<'_>, found: &BTreeMap<&str, Vec<usize>>) -> bool {
        let targets = |name: &String| -> Vec<&str> {
            found
                .get(name.as_str())
                .into_iter()
                .flatten()
                .filter_map(|at| subject.views.get(*at))
                .map(|view| view.behaviour.target.as_str())
                .collect()
        };
        self.same_path.iter().all(|(written, used)| {
            let used = targets(used);
            targets(written)
                .iter()
                .any(|path| used.iter().any(|target| names_path(target, path)))
        })
    }

    fn finding(
        &self,
        subject: &Subject<'_>,
        positive: &[&str],
        found: &BTreeMap<&str, Vec<usize>>,
        path: Option<&str>,
    ) -> Finding {
        let mut evidence = Vec::new();
        let mut facts = Vec::new();
        for name in positive {
            let Some((_, of, selection)) = self.number(name).and_then(|at| self.selections.get(at))
            else {
                continue;
            };
            for at in found.get(name).into_iter().flatten().take(EVIDENCE) {
                let piece = match of {
                    Of::Behaviour => subject.views.get(*at).map(|view| {
                        facts.push(describe(view.behaviour));
                        behaviour_evidence(subject.package, view.behaviour)
                    }),
                    Of::File => subject.package.files.get(*at).map(|file| Evidence::Text {
                        location: Location {
                            path: file.path.clone(),
                            ..Location::default()
                        },
                        excerpt: Excerpt::default(),
                    }),
                    Of::Package => None,
                };
                if let Some(piece) = piece
                    && !evidence.contains(&piece)
                {
                    evidence.push(piece);
                }
            }
            if *of == Of::Package {
                for field in selection.fields() {
                    let value = lazaret_rule::Fields::get(subject.facts, field);
                    if let Some(value) = value.filter(|_| !matches!(field, "readme" | "file-names"))
                    {
                        evidence.push(Evidence::Metadata {
                            field: field.to_owned(),
                            value: shown(&value),
                        });
                    }
                }
            }
        }
        facts.dedup();
        facts.truncate(4);
        let message = match (facts.is_empty(), path) {
            (false, _) => facts.join("; "),
            (true, Some(path)) => format!("{}: {path}", self.title),
            (true, None) => self.title.clone(),
        };
        Finding {
            rule: self.id.clone(),
            title: self.title.clone(),
            severity: self.severity,
            confidence: self.confidence,
            techniques: self.techniques.clone(),
            subject: subject.name.to_owned(),
            message,
            evidence,
            suppressed: None,
        }
    }
}

fn shown(value: &lazaret_rule::FieldValue<'_>) -> String {
    use lazaret_rule::FieldValue;
    let text = match value {
        FieldValue::Null => String::new(),
        FieldValue::Text(text) => text.to_string(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Bool(truth) => truth.to_string(),
        FieldValue::List(list) => list.join(", "),
    };
    text.chars().take(200).collect()
}

/// The earliest phase of a finding's evidence.
pub(crate) fn phase_of(finding: &Finding) -> Option<Phase> {
    finding
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::Behaviour { behaviour, .. } => Some(behaviour.phase),
            _ => None,
        })
        .min()
}

fn describe(behaviour: &Behaviour) -> String {
    let target: String = behaviour.target.chars().take(120).collect();
    let target = target.replace(char::is_control, " ");
    let what = match (behaviour.action, behaviour.object) {
        (Action::Evaluate, _) => "runs decoded or computed code".to_owned(),
        (Action::Read, ObjectKind::Host) => format!("reads the host's {target}"),
        (Action::Read, ObjectKind::Environment) if target == "*" => {
            "reads the whole environment".to_owned()
        }
        (action, _) => format!("{}s {target}", action_name(action)),
    };
    let layers = match behaviour.layers.is_empty() {
        true => String::new(),
        false => format!(" (through {})", behaviour.layers.join(", ")),
    };
    format!("{what}{layers} at {}", phase_name(behaviour.phase))
}

pub(crate) fn behaviour_evidence(package: &PackageFiles, behaviour: &Behaviour) -> Evidence {
    let mut behaviour = behaviour.clone();
    let mut excerpt = Excerpt::default();
    if let Some(file) = package.get(&behaviour.location.path) {
        let text = String::from_utf8_lossy(&file.bytes);
        let location = &mut behaviour.location;
        let start = (location.start as usize).min(text.len());
        if location.line == 0 || location.path.ends_with(".json") {
            let before = text.as_bytes().get(..start).unwrap_or_default();
            location.line = before.iter().filter(|b| **b == b'\n').count() as u32 + 1;
        }
        excerpt = Excerpt::of(&text, start, location.end as usize);
    }
    Evidence::Behaviour { behaviour, excerpt }
}

/// Whether a command or path names the file at `path`: whole, or by a file
/// name that is not too common.
fn names_path(target: &str, path: &str) -> bool {
    if path.is_empty() {
        return false;
    }
    if target.contains(path) {
        return true;
    }
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.len() > 3 && target.contains(name)
}

/// Files of code, and bytes in them, up to which a package is small.
const SMALL: (usize, u64) = (5, 10 << 10);

fn is_small(package: &PackageFiles) -> bool {
    let (mut files, mut bytes) = (0, 0);
    for file in package.files.iter().filter(|file| file.language.is_some()) {
        files += 1;
        bytes += file.size;
    }
    files <= SMALL.0 && bytes <= SMALL.1
}
