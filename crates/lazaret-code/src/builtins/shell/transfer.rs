//! `curl` and `wget`: what they fetch, where to, and what they send.

use lazaret_model::{Action, Flow, ObjectKind};

use super::{Running, file, flags};
use crate::interp::{Call, Flows, Handle, Interp, Unknown, Value};

const SENT: [&str; 19] = [
    "d",
    "data",
    "data-binary",
    "data-raw",
    "data-urlencode",
    "data-ascii",
    "F",
    "form",
    "form-string",
    "json",
    "T",
    "upload-file",
    "post-data",
    "post-file",
    "body-data",
    "body-file",
    "H",
    "header",
    "u",
];

pub(super) fn run(it: &mut Interp<'_>, command: &Running<'_>) -> Option<Value> {
    if !matches!(
        command.name.as_str(),
        "curl" | "wget" | "fetch" | "aria2c" | "axel" | "http" | "xh"
    ) {
        return None;
    }
    let call = flags::call(command);
    let urls: Vec<Value> = match call.named("url") {
        Some(url) => {
            // All operands of these are URLs.
            let mut urls: Vec<Value> = call.args.clone();
            if urls.is_empty() {
                urls.push(url.clone());
            }
            urls
        }
        None => call.args.clone(),
    };
    if urls.is_empty() && !command.words.iter().any(|w| !w.known) {
        // `curl --version`
        return Some(Value::from(""));
    }
    let mut flows = sent(it, command, &call);
    for word in &command.words {
        flows = flows.union(word.value.flows());
    }
    let mut tags = command.tags.clone();
    let method = ["X", "request", "method"]
        .iter()
        .find_map(|n| call.named(n))
        .map(|m| it.text_of(m).to_ascii_lowercase());
    let body = SENT.iter().take(16).any(|n| call.named(n).is_some());
    match method {
        Some(method) => tags.push(format!("method:{method}")),
        None if body => tags.push("method:post".to_owned()),
        None => {}
    }
    if ["k", "insecure", "no-check-certificate"]
        .iter()
        .any(|n| call.named(n).is_some())
    {
        tags.push("insecure".to_owned());
    }
    let mut answer = Flows::of(Flow::Network);
    let facts = command.word_facts();
    let mut first = String::new();
    for url in urls.iter().take(8) {
        let target = it.text_of(url);
        // The value of an option that is not known to take one.
        let endpoint = target.contains(['.', '/', ':', '{']) || target == "localhost";
        if !endpoint || matches!(target.as_str(), "get" | "post" | "GET" | "POST") {
            continue;
        }
        answer = answer.union(it.act_on(
            (Action::Connect, ObjectKind::Network),
            &target,
            flows,
            &tags,
            &facts.layers,
            &command.name,
        ));
        first = target;
    }
    let result = Value::Unknown(std::rc::Rc::new(Unknown {
        api: Some(format!("{}()", command.name).into()),
        flows: answer,
        handle: Some(std::rc::Rc::new(Handle::default())),
        ..Unknown::default()
    }));
    match saved_to(it, command, &call, &first) {
        Some(path) if path != "-" => {
            if !super::command::discarded(&path) {
                file::write(it, &path, &result, false, &command.name);
            }
            Some(Value::from(""))
        }
        _ => Some(result),
    }
}

/// Flows of bodies, headers and files that are sent.
fn sent(it: &mut Interp<'_>, command: &Running<'_>, call: &Call) -> Flows {
    let mut flows = Flows::NONE;
    let mut files = Vec::new();
    let mut stdin = false;
    for (name, value) in &call.named {
        if !SENT.contains(&&**name) {
            continue;
        }
        flows = flows.union(value.flows());
        let text = it.text_of(value);
        let is_file = matches!(&**name, "T" | "upload-file" | "post-file" | "body-file");
        let path = if is_file {
            Some(text.as_str())
        } else {
            // `@file`, `name=@file;type=…`, `name=<file`
            text.strip_prefix('@').or_else(|| {
                text.split_once("=@")
                    .or_else(|| text.split_once("=<"))
                    .map(|(_, p)| p)
            })
        };
        if let Some(path) = path {
            let path = path.split(';').next().unwrap_or("");
            if path == "-" || path == "." || path == "/dev/stdin" {
                stdin = true;
            } else if !path.is_empty() {
                files.push(path.to_owned());
            }
        }
    }
    for path in files.iter().take(16) {
        flows = flows.union(file::read(it, path, &command.name).flows());
    }
    if stdin && let Some(input) = command.input {
        flows = flows.union(input.flows());
    }
    flows
}

/// The file that the answer goes to; `-` and `None` mean standard output.
fn saved_to(it: &Interp<'_>, command: &Running<'_>, call: &Call, url: &str) -> Option<String> {
    let name = || {
        url.split(['?', '#'])
            .next()
            .and_then(|u| u.rsplit('/').next())
            .unwrap_or("")
            .to_owned()
    };
    if command.name == "curl" || command.name == "http" {
        let given = call.named("o").or_else(|| call.named("output"));
        return match given {
            Some(path) => Some(it.text_of(path)),
            None => (call.named("O").is_some() || call.named("remote-name").is_some()).then(name),
        };
    }
    let given = call
        .named("O")
        .or_else(|| call.named("output-document"))
        .or_else(|| call.named("o").filter(|_| command.name != "wget"));
    Some(match given {
        Some(path) => it.text_of(path),
        None => name(),
    })
}
