//! `go.sum`.

use lazaret_model::Ecosystem;

use super::{Collector, Locked, ProblemKind, lines::numbered};

/// Lines for `…/go.mod` are of modules that were only looked at to resolve
/// versions, and so are left out.
pub(super) fn sum(text: &str, out: &mut Collector) {
    for (number, line) in numbered(text) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        match fields[..] {
            [] => {}
            [_, version, _] if version.ends_with("/go.mod") => {}
            [module, version, hash] if version.starts_with('v') && hash.starts_with("h1:") => {
                let mut locked = Locked::new(Ecosystem::Golang, module, Some(version), number);
                locked.integrity.push(hash.to_owned());
                out.add(locked);
            }
            _ => out.problem(
                ProblemKind::LockfileEntry,
                number,
                format!("`{line}` is no `module version h1:hash`"),
            ),
        }
    }
}
