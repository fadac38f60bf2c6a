//! Reading, writing, copying and removing files.

use lazaret_model::{Action, Flow, ObjectKind};

use super::{Running, command::spawn, flags};
use crate::interp::{Flows, Interp, Layers, Value};

/// Reads a file; what comes of it.
pub(super) fn read(it: &mut Interp<'_>, path: &str, api: &str) -> Value {
    if let Some(held) = it.held(path) {
        return held;
    }
    if path == "/dev/stdin" || path == "/dev/null" {
        return Value::from("");
    }
    let flows = it.act_on(
        (Action::Read, ObjectKind::File),
        path,
        Flows::NONE,
        &[],
        &Layers::default(),
        api,
    );
    Value::unknown(flows.into())
}

/// Writes a value to a file.
pub(super) fn write(it: &mut Interp<'_>, path: &str, value: &Value, append: bool, api: &str) {
    let facts = value.facts();
    let mut tags = Vec::new();
    if append {
        tags.push("append".to_owned());
    }
    it.act_on(
        (Action::Write, ObjectKind::File),
        path,
        facts.flows,
        &tags,
        &facts.layers,
        api,
    );
    it.hold(path, value);
}

pub(super) fn run(it: &mut Interp<'_>, command: &Running<'_>) -> Option<Value> {
    let call = flags::call(command);
    let operands: Vec<String> = call.args.iter().map(|a| it.text_of(a)).collect();
    match command.name.as_str() {
        "cat" | "head" | "tail" | "less" | "more" | "type" | "tac" | "nl" | "strings" | "bat"
        | "gunzip" | "zcat" | "jq" | "grep" | "egrep" | "rg" | "awk" | "sed" | "sort" | "uniq"
        | "cut" | "wc" | "base64" | "xxd" | "od" | "hexdump" | "gzip" | "tar" | "zip" | "7z"
        | "openssl" => {
            // The first operand of these is a pattern or program.
            let skip = usize::from(matches!(
                command.name.as_str(),
                "jq" | "grep"
                    | "egrep"
                    | "rg"
                    | "awk"
                    | "sed"
                    | "openssl"
                    | "zip"
                    | "7z"
                    | "cut"
                    | "tar"
            ));
            let named_input = call.named("in").map(|v| it.text_of(v));
            let paths: Vec<&String> = operands
                .iter()
                .skip(skip)
                .chain(named_input.iter())
                .filter(|p| looks_like_path(p))
                .collect();
            if paths.is_empty() {
                return None;
            }
            let mut flows = command.input.map(Value::flows).unwrap_or(Flows::NONE);
            let mut only = None;
            for path in &paths {
                let value = read(it, path, &command.name);
                flows = flows.union(value.flows());
                only = Some(value);
            }
            if let (Some(value), 1) = (only.filter(|v| v.is_known()), paths.len()) {
                let filtered = Running {
                    name: command.name.clone(),
                    words: command
                        .words
                        .iter()
                        .filter(|w| paths.first().is_none_or(|p| **p != w.text))
                        .cloned()
                        .collect(),
                    input: Some(&value),
                    tags: Vec::new(),
                };
                return super::filter::run(it, &filtered).or(Some(value));
            }
            // `tar czf - …`, `zip - …`: archives into the pipe.
            Some(Value::unknown(flows.into()))
        }
        "cp" | "mv" | "copy" | "move" | "xcopy" | "robocopy" | "install" | "ln" | "rsync"
            if operands.len() >= 2 =>
        {
            let (target, sources) = operands.split_last()?;
            if command.name == "rsync" && target.contains(':') {
                return None;
            }
            let mut flows = Flows::NONE;
            let mut last = None;
            for source in sources.iter().take(64) {
                let value = read(it, source, &command.name);
                flows = flows.union(value.flows());
                last = Some(value);
            }
            let value = last
                .filter(Value::is_known)
                .unwrap_or_else(|| Value::unknown(flows.into()));
            write(it, target, &value, false, &command.name);
            Some(Value::from(""))
        }
        "tee" => {
            let input = command.input.cloned().unwrap_or(Value::Undefined);
            let append = call.named("a").is_some() || call.named("append").is_some();
            for path in operands.iter().take(16) {
                write(it, path, &input, append, "tee");
            }
            Some(input)
        }
        "dd" => {
            let input = operands
                .iter()
                .find_map(|o| o.strip_prefix("if="))
                .map(str::to_owned);
            let target = operands
                .iter()
                .find_map(|o| o.strip_prefix("of="))
                .map(str::to_owned);
            let value = match input {
                Some(path) => read(it, &path, "dd"),
                None => command.input.cloned().unwrap_or(Value::Undefined),
            };
            match target {
                Some(path) => {
                    write(it, &path, &value, false, "dd");
                    Some(Value::from(""))
                }
                None => Some(value),
            }
        }
        "rm" | "rmdir" | "del" | "erase" | "rd" | "unlink" | "shred" | "srm" => {
            let recursive = call.named("r").is_some()
                || call.named("R").is_some()
                || call.named("recursive").is_some()
                || call.named("s").is_some()
                    && matches!(command.name.as_str(), "rd" | "rmdir" | "del");
            let mut tags = command.tags.clone();
            if recursive {
                tags.push("recursive".to_owned());
            }
            for path in operands
                .iter()
                .filter(|o| !(o.starts_with('/') && o.len() == 2))
                .take(64)
            {
                it.act_on(
                    (Action::Delete, ObjectKind::File),
                    path,
                    Flows::NONE,
                    &tags,
                    &Layers::default(),
                    &command.name,
                );
            }
            Some(Value::from(""))
        }
        "chmod" => {
            let executable = operands.first().is_some_and(|mode| {
                mode.contains('x')
                    || mode
                        .chars()
                        .rev()
                        .take(3)
                        .any(|c| matches!(c, '1' | '3' | '5' | '7'))
            });
            if executable {
                for path in operands.iter().skip(1).take(16) {
                    it.act_on(
                        (Action::Write, ObjectKind::File),
                        path,
                        Flows::NONE,
                        &["make-executable".to_owned()],
                        &Layers::default(),
                        "chmod",
                    );
                }
            }
            Some(Value::from(""))
        }
        "env" | "printenv" | "set" | "export" if operands.is_empty() => {
            let flows = it.act_on(
                (Action::Read, ObjectKind::Environment),
                "*",
                Flows::NONE,
                &[],
                &Layers::default(),
                &command.name,
            );
            Some(Value::unknown(flows.into()))
        }
        "printenv" => {
            let mut flows = Flows::NONE;
            for name in operands.iter().take(16) {
                flows = flows.union(it.act_on(
                    (Action::Read, ObjectKind::Environment),
                    name,
                    Flows::NONE,
                    &[],
                    &Layers::default(),
                    "printenv",
                ));
            }
            Some(Value::unknown(flows.into()))
        }
        "find" | "ls" | "dir" | "locate" => {
            let flows = Flows::of(Flow::File);
            Some(Value::unknown(flows.into()))
        }
        "cd" | "pushd" | "popd" | "mkdir" | "md" | "true" | "false" | "sleep" | "test"
        | "touch" | "which" | "where" | "hash" | "getopts" | "umask" | "ulimit" | "clear"
        | "cls" | "pause" | "title" | "setlocal" | "endlocal" | "ping" | "tput" | "stty"
        | "basename" | "dirname" | "realpath" | "readlink" | "mktemp" | "seq" | "jobs" | "let"
        | "exit" | "goto" | "shift" | "color" | "chcp" | "mode" | "diff" | "cmp" | "chown"
        | "ver"
            if !(command.name == "ping" && pings_a_name(&operands)) =>
        {
            let facts = command.word_facts();
            Some(Value::unknown(facts))
        }
        "kill" | "killall" | "pkill" | "taskkill" => {
            spawn(it, command, &["kill"]);
            Some(Value::from(""))
        }
        _ => None,
    }
}

/// A ping of a computed name is a lookup that carries data.
fn pings_a_name(operands: &[String]) -> bool {
    operands.iter().any(|o| {
        o.contains('{') || o.contains('.') && !o.starts_with("127.") && !o.starts_with('-')
    })
}

fn looks_like_path(text: &str) -> bool {
    !text.is_empty()
        && text != "-"
        && !text.contains('\n')
        && text.len() < 1_000
        && !text.starts_with("s/")
}
