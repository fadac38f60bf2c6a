//! Running one command.

use lazaret_model::{Action, ObjectKind};

use super::{Running, Word, file, filter, flags, output, prefix, program, transfer};
use crate::{
    interp::{Flows, Interp, Layers, Value},
    ir::Language,
};

/// Commands within commands (`xargs sh -c …`).
const MAX_DEPTH: usize = 16;

/// Runs words; gives what they write to standard output.
pub(super) fn run(
    it: &mut Interp<'_>,
    values: &[Value],
    input: Option<&Value>,
    redirects: &[(String, Value)],
) -> Value {
    let mut words = Vec::new();
    flatten(it, values, &mut words, 0);
    let read = inputs(it, redirects);
    let input = read.as_ref().or(input);
    let mut tags = Vec::new();
    prefix::strip(&mut words, &mut tags);
    let interactive = words.iter().any(|w| w.text == "-i");
    let result = match words.first() {
        Some(first) => {
            let name = program_name(&first.text);
            let command = Running {
                name,
                words,
                input,
                tags,
            };
            one(it, command, 0)
        }
        None => input.cloned().unwrap_or(Value::Undefined),
    };
    outputs(it, redirects, &result, interactive)
}

/// Runs one command whose redirections are taken care of.
pub(super) fn one(it: &mut Interp<'_>, command: Running<'_>, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return output(command.facts().flows);
    }
    if let Some(value) = program::run(it, &command, depth) {
        return value;
    }
    if let Some(value) = transfer::run(it, &command) {
        return value;
    }
    if let Some(value) = file::run(it, &command) {
        return value;
    }
    if let Some(value) = filter::run(it, &command) {
        return value;
    }
    if let Some(entry) = it
        .catalogue()
        .entry(Language::Shell, &command.name)
        .cloned()
    {
        let mut call = flags::call(&command);
        if !command.tags.is_empty() {
            call.named
                .push(("tags".into(), Value::from(command.tags.join(" "))));
        }
        return match it.apply(&entry, &command.name, &call) {
            Ok(value) => value,
            Err(_) => Value::anything(),
        };
    }
    if program::run_file(it, &command) {
        return output(command.facts().flows);
    }
    spawn(it, &command, &[]);
    output(command.facts().flows)
}

/// Writes down the start of a process.
pub(super) fn spawn(it: &mut Interp<'_>, command: &Running<'_>, more: &[&str]) {
    let facts = command.facts();
    let mut tags = command.tags.clone();
    tags.extend(more.iter().map(|t| (*t).to_owned()));
    let line = command.line();
    it.act_on(
        (Action::Spawn, ObjectKind::Process),
        &line,
        facts.flows,
        &tags,
        &facts.layers,
        &command.name,
    );
}

fn flatten(it: &Interp<'_>, values: &[Value], words: &mut Vec<Word>, depth: u8) {
    for value in values {
        match value {
            Value::List(list) if depth < 4 => {
                let items = list.items.borrow().clone();
                flatten(it, &items, words, depth + 1);
                if let Some(rest) = &*list.rest.borrow() {
                    words.push(Word::of(it, rest));
                }
            }
            Value::Undefined | Value::Null => {}
            other => words.push(Word::of(it, other)),
        }
        if words.len() > 8_192 {
            return;
        }
    }
}

/// `/usr/bin/Curl.EXE` is `curl`.
pub(super) fn program_name(text: &str) -> String {
    let base = text
        .trim()
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or("")
        .to_ascii_lowercase();
    for ending in [".exe", ".cmd", ".bat", ".com"] {
        if let Some(stem) = base.strip_suffix(ending).filter(|s| !s.is_empty()) {
            return stem.to_owned();
        }
    }
    base
}

/// What comes in from files.
fn inputs(it: &mut Interp<'_>, redirects: &[(String, Value)]) -> Option<Value> {
    let (_, target) = redirects.iter().find(|(operator, _)| operator == "<")?;
    let path = it.text_of(target);
    Some(file::read(it, &path, "<"))
}

/// Writes the output to where it is redirected; what is left goes on.
fn outputs(
    it: &mut Interp<'_>,
    redirects: &[(String, Value)],
    result: &Value,
    interactive: bool,
) -> Value {
    let mut rest = result.clone();
    for (operator, target) in redirects {
        let path = it.text_of(target);
        if let Some(endpoint) = socket(&path) {
            let tags: Vec<String> = ["raw-socket", "reverse-shell"]
                .into_iter()
                .take(if interactive { 2 } else { 1 })
                .map(str::to_owned)
                .collect();
            let flows = if operator.contains('>') {
                result.flows()
            } else {
                Flows::NONE
            };
            let read = it.act_on(
                (Action::Connect, ObjectKind::Network),
                &endpoint,
                flows,
                &tags,
                &Layers::default(),
                "/dev/tcp",
            );
            rest = Value::unknown(read.union(Flows::of(lazaret_model::Flow::Network)).into());
            continue;
        }
        let number = path.parse::<u32>().is_ok() || path == "-";
        if !operator.contains('>') || number || discarded(&path) {
            continue;
        }
        file::write(it, &path, result, operator == ">>", operator);
        rest = Value::from("");
    }
    rest
}

pub(super) fn discarded(path: &str) -> bool {
    matches!(
        path.to_ascii_lowercase().as_str(),
        "/dev/null" | "nul" | "/dev/stderr" | "/dev/stdout" | "/dev/tty" | "$null" | ""
    )
}

/// `/dev/tcp/host/port` as `host:port`.
fn socket(path: &str) -> Option<String> {
    let rest = path
        .strip_prefix("/dev/tcp/")
        .or_else(|| path.strip_prefix("/dev/udp/"))?;
    Some(rest.replacen('/', ":", 1))
}
