//! Programs that run code: shells, interpreters, `eval`, `source`, `xargs`.

use lazaret_model::{Action, ObjectKind};

use super::{
    Running, Word,
    command::{one, program_name, spawn},
    file, output, prefix,
};
use crate::{
    builtins::decode,
    interp::{Interp, Value},
    ir::Language,
};

/// What a program's code is in, and the options that give it code.
fn interpreter(name: &str) -> Option<(Option<Language>, &'static [&'static str])> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(match stem {
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "fish" | "rbash" => {
            (Some(Language::Shell), &["-c"])
        }
        "python" | "pypy" | "py" | "pythonw" => (Some(Language::Python), &["-c"]),
        "node" | "nodejs" | "bun" | "deno" | "electron" => (
            Some(Language::JavaScript),
            &["-e", "--eval", "-p", "--print", "-pe", "eval"],
        ),
        "ruby" | "jruby" | "irb" => (Some(Language::Ruby), &["-e"]),
        "powershell" | "pwsh" => (Some(Language::PowerShell), &["-c", "-command"]),
        "cmd" => (Some(Language::Batch), &["/c", "/k", "/r"]),
        "perl" => (None, &["-e", "-E"]),
        "php" => (None, &["-r"]),
        "lua" | "osascript" => (None, &["-e"]),
        "mshta" | "wscript" | "cscript" | "rundll" => (None, &[]),
        _ => return None,
    })
}

pub(super) fn run(it: &mut Interp<'_>, command: &Running<'_>, depth: usize) -> Option<Value> {
    match command.name.as_str() {
        "eval" => {
            let words: Vec<Value> = command
                .words
                .iter()
                .skip(1)
                .map(|w| w.value.clone())
                .collect();
            let code = joined(it, &words);
            let scope = it.scope();
            return Some(it.evaluate(Language::Shell, &code, scope, "eval"));
        }
        "source" | "." => {
            let code = match command.words.get(1) {
                Some(word) => contents(it, word),
                None => return Some(Value::anything()),
            };
            let scope = it.scope();
            return Some(it.evaluate(Language::Shell, &code, scope, "source"));
        }
        "trap" => {
            let code = command.words.get(1)?.value.clone();
            return Some(it.evaluate(Language::Shell, &code, None, "trap"));
        }
        "xargs" => return Some(xargs(it, command, depth)),
        "find" => {
            let at = command
                .words
                .iter()
                .position(|w| matches!(w.text.as_str(), "-exec" | "-execdir"))?;
            let words: Vec<Word> = command
                .words
                .get(at + 1..)?
                .iter()
                .filter(|w| w.text != ";")
                .cloned()
                .collect();
            return Some(started(
                it,
                words,
                command.input,
                command.tags.clone(),
                depth,
            ));
        }
        "alias" => return Some(Value::from("")),
        _ => {}
    }
    let (language, options) = interpreter(&command.name)?;
    if language == Some(Language::PowerShell) {
        return Some(powershell(it, command));
    }
    let mut at = 1;
    while let Some(word) = command.words.get(at) {
        let text = word.text.as_str();
        let lower = text.to_ascii_lowercase();
        let here = options.contains(&text)
            || language == Some(Language::Batch) && options.contains(&lower.as_str())
            // `-lc`, `-xec`
            || language == Some(Language::Shell) && text.starts_with('-') && !text.starts_with("--") && text.ends_with('c');
        if here {
            spawn(it, command, &["code-argument"]);
            let rest: Vec<Value> = command
                .words
                .get(at + 1..)?
                .iter()
                .map(|w| w.value.clone())
                .collect();
            let code = match language {
                Some(Language::Batch) => joined(it, &rest),
                _ => rest.first().cloned().unwrap_or(Value::from("")),
            };
            return Some(run_code(it, language, &code, &command.name));
        }
        if !text.starts_with('-') || text == "-" {
            break;
        }
        // `-W ignore`, `-r module` of node.
        let valued = matches!(
            text,
            "-r" | "--require" | "--import" | "-W" | "-X" | "-o" | "--loader"
        );
        at += if valued { 2 } else { 1 };
    }
    match command
        .words
        .get(at)
        .filter(|w| w.text != "-" && w.text != "/dev/stdin")
    {
        Some(script) => {
            let module = command.words.get(at - 1).is_some_and(|w| w.text == "-m");
            spawn(it, command, &[]);
            let held = if module {
                None
            } else {
                known_contents(it, script)
            };
            Some(match held {
                Some(code) => run_code(it, language, &code, &command.name),
                None => output(command.facts().flows),
            })
        }
        None => match command.input {
            Some(input) => {
                spawn(it, command, &["code-stdin"]);
                Some(run_code(it, language, &input.clone(), &command.name))
            }
            None => {
                spawn(it, command, &[]);
                Some(output(command.facts().flows))
            }
        },
    }
}

fn run_code(it: &mut Interp<'_>, language: Option<Language>, code: &Value, api: &str) -> Value {
    if let Some(language) = language {
        return it.evaluate(language, code, None, api);
    }
    // Languages without a front end: the text itself is the evidence.
    let facts = code.facts();
    let target: String = it.text_of(code).chars().take(400).collect();
    it.act_on(
        (Action::Evaluate, ObjectKind::Code),
        &target,
        facts.flows,
        &[],
        &facts.layers,
        api,
    );
    output(facts.flows)
}

/// A program of the package or one written before, run by its path.
pub(super) fn run_file(it: &mut Interp<'_>, command: &Running<'_>) -> bool {
    let Some(code) = command.words.first().and_then(|w| known_contents(it, w)) else {
        return false;
    };
    spawn(it, command, &["written-before"]);
    let language = code
        .as_str()
        .and_then(|text| text.strip_prefix("#!"))
        .and_then(|text| text.lines().next())
        .and_then(|line| {
            line.split([' ', '/'])
                .rev()
                .find_map(|word| interpreter(&program_name(word)))
        })
        .map_or(Some(Language::Shell), |(language, _)| language);
    run_code(it, language, &code, "file");
    true
}

/// What the script wrote into a file before, or what is known of it.
fn contents(it: &mut Interp<'_>, word: &Word) -> Value {
    match known_contents(it, word) {
        Some(known) => known,
        // A process substitution stands for its output.
        None if !word.value.flows().is_empty() => word.value.clone(),
        None => file::read(it, &word.text, "source"),
    }
}

fn known_contents(it: &mut Interp<'_>, word: &Word) -> Option<Value> {
    if let Some(held) = it.held(&word.text) {
        return Some(held);
    }
    // `bash <(curl …)`: the word is the output itself.
    let flows = word.value.flows();
    (!word.known && flows.has(lazaret_model::Flow::Network)).then(|| word.value.clone())
}

fn joined(it: &Interp<'_>, values: &[Value]) -> Value {
    if let [only] = values {
        return only.clone();
    }
    let mut parts = Vec::new();
    for value in values {
        if !parts.is_empty() {
            parts.push(Value::from(" "));
        }
        parts.push(value.clone());
    }
    crate::builtins::ops::join(&parts, crate::builtins::ops::text, it.limits().text)
}

/// Options may be cut short, and mean nothing in case.
fn powershell(it: &mut Interp<'_>, command: &Running<'_>) -> Value {
    let mut more = Vec::new();
    let mut code = None;
    let mut at = 1;
    while let Some(word) = command.words.get(at) {
        let lower = word.text.to_ascii_lowercase();
        let Some(option) = lower
            .strip_prefix(['-', '/', '\u{2013}', '\u{2014}'])
            .filter(|o| !o.is_empty())
        else {
            code = Some(at);
            break;
        };
        let is = |full: &str, least: usize| option.len() >= least && full.starts_with(option);
        let next = command.words.get(at + 1).map_or("", |w| w.text.as_str());
        if is("encodedcommand", 1) || matches!(option, "ec" | "enc") {
            more.push("encoded");
            spawn(it, command, &more);
            let Some(word) = command.words.get(at + 1) else {
                return output(command.facts().flows);
            };
            return encoded(it, word);
        }
        if is("command", 1) {
            code = Some(at + 1);
            break;
        }
        if is("file", 1) {
            spawn(it, command, &more);
            let script = command.words.get(at + 1).cloned();
            let held = script.and_then(|w| known_contents(it, &w));
            return match held {
                Some(held) => it.evaluate(Language::PowerShell, &held, None, "powershell"),
                None => output(command.facts().flows),
            };
        }
        if is("windowstyle", 1) && (next.to_ascii_lowercase().starts_with('h') || next == "1") {
            more.push("hidden-window");
        }
        if (is("executionpolicy", 2) || option == "ep" || option == "exec")
            && matches!(
                next.to_ascii_lowercase().as_str(),
                "bypass" | "unrestricted"
            )
        {
            more.push("policy-bypass");
        }
        let valued = is("windowstyle", 1)
            || is("executionpolicy", 2)
            || matches!(
                option,
                "ep" | "exec" | "version" | "inputformat" | "outputformat" | "psconsolefile"
            )
            || is("configurationname", 4)
            || is("workingdirectory", 2);
        at += if valued { 2 } else { 1 };
    }
    if more.is_empty() && code.is_some() {
        more.push("code-argument");
    }
    let code = match code {
        Some(at) if command.words.get(at).is_some_and(|w| w.text != "-") => {
            let words: Vec<Value> = command
                .words
                .get(at..)
                .unwrap_or_default()
                .iter()
                .map(|w| w.value.clone())
                .collect();
            Some(joined(it, &words))
        }
        _ => command.input.cloned(),
    };
    spawn(it, command, &more);
    match code {
        Some(code) => it.evaluate(Language::PowerShell, &code, None, "powershell"),
        None => output(command.facts().flows),
    }
}

/// UTF-16 as Base64.
fn encoded(it: &mut Interp<'_>, word: &Word) -> Value {
    let facts = word.value.facts().decoded("base64");
    let Some(bytes) = decode::base64(word.text.as_bytes())
        // A label in braces stands for a part that could not be computed.
        .filter(|_| word.known && !word.text.contains('{'))
    else {
        let code = Value::unknown(facts);
        return it.evaluate(
            Language::PowerShell,
            &code,
            None,
            "powershell -EncodedCommand",
        );
    };
    let units: Vec<u16> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| u16::from_le_bytes(*pair))
        .collect();
    let code = Value::str(String::from_utf16_lossy(&units), facts);
    it.evaluate(
        Language::PowerShell,
        &code,
        None,
        "powershell -EncodedCommand",
    )
}

fn xargs(it: &mut Interp<'_>, command: &Running<'_>, depth: usize) -> Value {
    let mut at = 1;
    let mut placeholder = None;
    while let Some(word) = command.words.get(at) {
        let text = word.text.as_str();
        if !text.starts_with('-') {
            break;
        }
        if text == "-I" || text == "-i" {
            placeholder = command.words.get(at + 1).map(|w| w.text.clone());
        }
        at += if matches!(text, "-I" | "-n" | "-P" | "-L" | "-d" | "-s" | "-a" | "-E") {
            2
        } else {
            1
        };
    }
    let mut words: Vec<Word> = command.words.get(at..).unwrap_or_default().to_vec();
    if words.is_empty() {
        return command.input.cloned().unwrap_or(Value::Undefined);
    }
    if let Some(input) = command.input {
        let arguments = Word::of(it, input);
        match placeholder {
            Some(mark) => {
                for word in &mut words {
                    if word.text.contains(&mark) {
                        let text = word.text.replace(&mark, arguments.text.trim());
                        let value = if arguments.known && word.known {
                            Value::str(text.as_str(), input.facts())
                        } else {
                            Value::hole(text.as_str(), input.flows())
                        };
                        word.text = text;
                        word.known &= arguments.known;
                        word.value = value;
                    }
                }
            }
            None if arguments.known => {
                for part in arguments.text.split_whitespace().take(256) {
                    let value = Value::str(part, input.facts());
                    words.push(Word::of(it, &value));
                }
            }
            None => words.push(arguments),
        }
    }
    started(it, words, None, command.tags.clone(), depth)
}

fn started(
    it: &mut Interp<'_>,
    mut words: Vec<Word>,
    input: Option<&Value>,
    mut tags: Vec<String>,
    depth: usize,
) -> Value {
    prefix::strip(&mut words, &mut tags);
    let Some(first) = words.first() else {
        return Value::Undefined;
    };
    let command = Running {
        name: program_name(&first.text),
        words,
        input,
        tags,
    };
    one(it, command, depth + 1)
}
