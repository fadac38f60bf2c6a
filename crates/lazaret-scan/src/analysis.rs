//! What all code of a package does, and when.

use std::collections::{BTreeMap, HashMap, HashSet};

use lazaret_artifact::NoteKind;
use lazaret_code::{Analysis, Catalogue, Limits, NoModules, Source, analyse, text};
use lazaret_model::{Action, Behaviour, Phase, Problem};
use rayon::prelude::*;

use crate::{
    Kind, PackageFiles,
    entry_points::{self, EntryPoint},
    modules::PackageModules,
};

/// Source files up to which a package's modules are followed from each.
const FOLLOWED: usize = 40;

/// Bytes up to which a file that is loaded is looked at whatever its words.
const SMALL: usize = 8 << 10;

/// Problems of one kind that are listed; more are only counted.
const PROBLEMS: usize = 20;

/// A package's behaviours and how its text is written.
#[derive(Debug, Default)]
pub struct PackageAnalysis {
    /// Behaviours of all files, by file and place; each once, with the
    /// earliest phase that it can happen in.
    pub behaviours: Vec<Behaviour>,
    /// How each file is written: names of traits by path.
    pub traits: BTreeMap<String, Vec<String>>,
    /// When each file's top level runs, where that is known.
    pub phases: BTreeMap<String, Phase>,
    /// What could not be looked at.
    pub problems: Vec<Problem>,
    /// Files that were parsed.
    pub parsed: usize,
}

struct Job<'a> {
    path: &'a str,
    text: std::borrow::Cow<'a, [u8]>,
    language: lazaret_code::ir::Language,
    phase: Phase,
    /// Where an inline code stands in its file.
    inline: Option<usize>,
}

impl PackageAnalysis {
    /// Analyses all source code of a package, phase by phase: what an entry
    /// point loads runs when the entry point does.
    pub fn of(package: &PackageFiles, catalogue: &Catalogue, limits: &Limits) -> Self {
        let modules = PackageModules::new(package);
        let entries = entry_points::find(package, &modules);
        let mut out = Self::default();
        let mut done: HashSet<String> = HashSet::new();
        for phase in [Phase::Install, Phase::Import, Phase::Run] {
            let mut wave: Vec<Job<'_>> = Vec::new();
            for entry in entries.iter().filter(|entry| entry.phase() == phase) {
                match entry {
                    EntryPoint::File { path, .. } => {
                        if done.insert(path.clone()) {
                            wave.extend(file_job(package, path, phase));
                        }
                    }
                    EntryPoint::Inline {
                        path,
                        text,
                        language,
                        start,
                        ..
                    } => wave.push(Job {
                        path,
                        text: text.as_bytes().into(),
                        language: *language,
                        phase,
                        inline: Some(*start),
                    }),
                }
            }
            if phase == Phase::Run {
                // Tests and documentation that nothing loads only come along;
                // no rule counts what they would do.
                let code = |file: &&crate::files::File| file.language.is_some() && !file.aside;
                for file in package.files.iter().filter(code) {
                    if done.insert(file.path.clone()) {
                        wave.extend(file_job(package, &file.path, phase));
                    }
                }
            }
            while !wave.is_empty() {
                let analyses: Vec<Option<Analysis>> = wave
                    .par_iter()
                    .map(|job| run(job, &modules, catalogue, limits))
                    .collect();
                let mut next = Vec::new();
                for (job, analysis) in wave.iter().zip(analyses) {
                    if job.inline.is_none() {
                        out.phases.insert(job.path.to_owned(), phase);
                    }
                    let Some(analysis) = analysis else {
                        continue;
                    };
                    out.parsed += 1;
                    for import in &analysis.imports {
                        // A module that is only loaded by a function call
                        // is left for its own phase.
                        if import.phase > phase {
                            continue;
                        }
                        if let Some(path) = modules.find(job.path, &import.specifier)
                            && done.insert(path.clone())
                            && let Some(file) = package.get(&path)
                        {
                            next.extend(file_job(package, &file.path, phase));
                        }
                    }
                    for path in started(&analysis, job.path, phase, &modules) {
                        if done.insert(path.clone())
                            && let Some(file) = package.get(&path)
                        {
                            next.extend(file_job(package, &file.path, phase));
                        }
                    }
                    out.add(job, analysis);
                }
                wave = next;
            }
        }
        let written: Vec<(&str, text::Facts)> = package
            .files
            .par_iter()
            .filter(|file| file.kind == Kind::Text)
            .map(|file| (file.path.as_str(), text::facts(&file.path, &file.bytes)))
            .collect();
        for (path, facts) in written {
            let names = out.traits.entry(path.to_owned()).or_default();
            names.extend(facts.traits.iter().map(|fact| fact.name.to_owned()));
            names.extend(
                facts
                    .hidden
                    .iter()
                    .map(|hidden| format!("hidden:{}", hidden.kind)),
            );
            names.sort_unstable();
            names.dedup();
        }
        out.finish(package);
        out
    }

    fn add(&mut self, job: &Job<'_>, analysis: Analysis) {
        for mut behaviour in analysis.behaviours {
            if let Some(start) = job.inline {
                // Offsets count in the inline text, shown is the manifest.
                behaviour.location.path = job.path.to_owned();
                behaviour.location.start = start as u32;
                behaviour.location.end = (start + job.text.len()) as u32;
            }
            self.behaviours.push(behaviour);
        }
        let names = self.traits.entry(job.path.to_owned()).or_default();
        names.extend(analysis.traits.iter().map(|fact| fact.name.to_owned()));
        for note in analysis.notes {
            self.problems.push(Problem {
                kind: note.kind.to_owned(),
                path: note.location.path,
                detail: note.detail,
            });
        }
    }

    fn finish(&mut self, package: &PackageFiles) {
        self.mark_carried(package);
        self.behaviours.sort_by(|a, b| {
            let key = |b: &Behaviour| {
                (
                    b.location.start,
                    b.location.end,
                    b.action,
                    b.object,
                    b.phase,
                )
            };
            a.location
                .path
                .cmp(&b.location.path)
                .then_with(|| key(a).cmp(&key(b)))
                .then_with(|| a.target.cmp(&b.target))
        });
        self.behaviours.dedup_by(|later, earlier| {
            let same = earlier.location == later.location
                && (earlier.action, earlier.object) == (later.action, later.object)
                // A command line and what its shell makes of it may differ by
                // a blank only.
                && earlier.target.trim() == later.target.trim();
            if same {
                earlier.flows.extend(later.flows.iter().copied());
                earlier.tags.append(&mut later.tags);
                earlier.phase = earlier.phase.min(later.phase);
            }
            same
        });
        for file in package
            .files
            .iter()
            .filter(|file| file.language.is_some() && !file.whole)
        {
            self.problems.push(Problem {
                kind: "file-limit".to_owned(),
                path: file.path.clone(),
                detail: format!(
                    "only the first {} of {} bytes were analysed",
                    file.bytes.len(),
                    file.size
                ),
            });
        }
        for note in &package.artifact.notes {
            if note.kind.is_gap() && note.kind != NoteKind::LimitEntryBytes {
                self.problems.push(Problem {
                    kind: note.kind.id().to_owned(),
                    path: note.path.clone(),
                    detail: note.detail.clone(),
                });
            }
        }
        let mut counts: HashMap<String, usize> = HashMap::new();
        self.problems.retain(|problem| {
            let count = counts.entry(problem.kind.clone()).or_default();
            *count += 1;
            *count <= PROBLEMS
        });
        for (kind, count) in counts {
            if count > PROBLEMS {
                self.problems.push(Problem {
                    kind,
                    path: String::new(),
                    detail: format!("and {} more of this kind", count - PROBLEMS),
                });
            }
        }
    }
}

impl PackageAnalysis {
    /// Tags the start of programs that the package carries.
    fn mark_carried(&mut self, package: &PackageFiles) {
        let programs: HashSet<&str> = package
            .files
            .iter()
            .filter(|file| matches!(file.kind, Kind::Elf | Kind::Pe | Kind::MachO))
            .map(crate::File::name)
            .collect();
        if programs.is_empty() {
            return;
        }
        for behaviour in &mut self.behaviours {
            if behaviour.action != Action::Spawn {
                continue;
            }
            let word = behaviour
                .target
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .trim_matches(['"', '\'']);
            // A bare name is looked for in the path, not in the package.
            if let Some((_, name)) = word.rsplit_once(['/', '\\'])
                && programs.contains(name)
            {
                behaviour.tags.insert("carried-program".to_owned());
            }
        }
    }
}

/// Files of the package that a script starts in a process of their own:
/// `python -m name`, `python x.py`, `node x.js`.
fn started(
    analysis: &Analysis,
    from: &str,
    phase: Phase,
    modules: &PackageModules<'_>,
) -> Vec<String> {
    let mut out = Vec::new();
    for behaviour in &analysis.behaviours {
        if behaviour.action != Action::Spawn || behaviour.phase > phase || phase == Phase::Run {
            continue;
        }
        let program = crate::behaviour::program(&behaviour.target);
        if !["python", "node", "bun", "py"]
            .iter()
            .any(|name| program.starts_with(name))
        {
            continue;
        }
        let words: Vec<&str> = behaviour.target.split_whitespace().take(16).collect();
        for pair in words.windows(2) {
            if let [before, word] = pair {
                let word = word.trim_matches(['"', '\'']);
                if *before == "-m" {
                    let path = word.replace('.', "/");
                    out.extend(modules.python_file(&path));
                    out.extend(modules.python_file(&format!("{path}/__main__")));
                } else if word.ends_with(".py") || word.ends_with(".js") {
                    let name = word.rsplit(['/', '}']).next().unwrap_or(word);
                    out.extend(modules.exact(word.trim_start_matches("./")));
                    out.extend(modules.exact(&format!("{}/{name}", crate::modules::folder(from))));
                    out.extend(modules.exact(name));
                }
            }
        }
    }
    out
}

fn file_job<'a>(package: &'a PackageFiles, path: &str, phase: Phase) -> Option<Job<'a>> {
    let file = package.get(path)?;
    let language = file.language?;
    if file.name().ends_with(".pth") {
        return None;
    }
    Some(Job {
        path: &file.path,
        text: (&*file.bytes).into(),
        language,
        phase,
        inline: None,
    })
}

fn run(
    job: &Job<'_>,
    modules: &PackageModules<'_>,
    catalogue: &Catalogue,
    limits: &Limits,
) -> Option<Analysis> {
    // A small file that runs by itself is worth more patience than the words
    // in it say.
    let patient = match job.phase {
        Phase::Install => true,
        Phase::Import => job.text.len() <= SMALL,
        Phase::Run => false,
    };
    if job.inline.is_none() && !patient && !catalogue.worth_parsing(job.language, &job.text) {
        return None;
    }
    let source = Source {
        path: job.path,
        text: &job.text,
        language: job.language,
        phase: job.phase,
    };
    // What runs by itself deserves patience; a function that may never be
    // called, less, and in a large package least.
    let share = match (job.phase, modules.len() <= FOLLOWED) {
        (Phase::Install, _) => 1,
        (Phase::Import, true) => 4,
        (Phase::Import, false) => 8,
        (Phase::Run, true) => 16,
        (Phase::Run, false) => 32,
    };
    let limits = Limits {
        steps: limits.steps / share,
        ..*limits
    };
    // A library's modules all load each other; following them from each would
    // run the whole package once per file. Each is looked at by itself anyway.
    if job.phase == Phase::Install || modules.len() <= FOLLOWED {
        Some(analyse(&source, modules, catalogue, &limits))
    } else {
        Some(analyse(&source, &NoModules, catalogue, &limits))
    }
}
