//! Programs that only start another one.

use super::{Word, command::program_name};

/// Takes off what only starts another program; says how as tags.
pub(super) fn strip(words: &mut Vec<Word>, tags: &mut Vec<String>) {
    for _ in 0..16 {
        let Some(first) = words.first() else { return };
        let name = program_name(&first.text);
        let (skipped, tag) = match name.as_str() {
            "@background" => (Some(1), Some("background")),
            "nohup" | "setsid" | "disown" | "daemonize" => {
                (Some(1 + options(words, &[])), Some("detached"))
            }
            "sudo" | "doas" => (
                Some(1 + options(words, &["-u", "-g", "-h", "-p", "-C"])),
                Some("elevated"),
            ),
            "env" => environment(words, tags),
            "cross-env" | "cross-env-shell" => environment(words, tags),
            "timeout" | "gtimeout" => (Some(2 + options(words, &["-s", "-k"])), None),
            "nice" | "ionice" | "stdbuf" | "chrt" => {
                (Some(1 + options(words, &["-n", "-c", "-p"])), None)
            }
            "exec" | "command" | "builtin" | "busybox" | "toybox" | "winpty" | "call"
            | "unbuffer" | "chronic" | "time" | "proxychains" | "torsocks" | "torify" => {
                (Some(1 + options(words, &["-a"])), None)
            }
            "start" if words.len() > 1 => (Some(windows_start(words)), Some("detached")),
            "forfiles" => (after(words, "/c"), None),
            "pcalua" => (after(words, "-a"), None),
            "parallel" | "watch" | "flock" | "su" | "runuser" => (after(words, "-c"), None),
            _ => (None, None),
        };
        let Some(skipped) = skipped.filter(|s| *s < words.len()) else {
            return;
        };
        tags.extend(tag.map(str::to_owned));
        if skipped == 0 {
            return;
        }
        words.drain(..skipped);
        // `su -c 'code'` and `forfiles /c "code"` give code, not words.
        if matches!(
            name.as_str(),
            "forfiles" | "parallel" | "watch" | "flock" | "su" | "runuser"
        ) && words.len() == 1
            && words.first().is_some_and(|w| w.text.contains(' '))
        {
            let shell = crate::interp::Value::from("sh");
            for (at, text) in ["sh", "-c"].into_iter().enumerate() {
                words.insert(
                    at,
                    Word {
                        text: text.to_owned(),
                        value: shell.clone(),
                        known: true,
                    },
                );
            }
            return;
        }
    }
}

/// Options that follow the first word; some take a value.
fn options(words: &[Word], valued: &[&str]) -> usize {
    let mut at = 1;
    while let Some(word) = words.get(at) {
        if !word.text.starts_with('-') || word.text == "-" {
            break;
        }
        at += 1 + usize::from(valued.contains(&word.text.as_str()));
    }
    at - 1
}

/// `env -i A=b program`: how many words to skip; none where `env` only shows
/// the environment.
fn environment(words: &[Word], tags: &mut Vec<String>) -> (Option<usize>, Option<&'static str>) {
    let mut at = 1 + options(words, &["-u", "-C", "-S"]);
    while let Some(word) = words.get(at) {
        let Some((name, _)) = word.text.split_once('=') else {
            break;
        };
        if matches!(
            name,
            "LD_PRELOAD" | "DYLD_INSERT_LIBRARIES" | "NODE_OPTIONS" | "PYTHONSTARTUP" | "BASH_ENV"
        ) {
            tags.push(format!("preload:{name}"));
        }
        at += 1;
    }
    ((at < words.len()).then_some(at), None)
}

/// `start "title" /b program`
fn windows_start(words: &[Word]) -> usize {
    let mut at = 1;
    while let Some(word) = words.get(at) {
        let option = word.text.starts_with('/') && word.text.len() < 12;
        let title = at == 1 && (word.text.is_empty() || word.text.contains(' '));
        if !option && !title {
            break;
        }
        at += 1;
    }
    at
}

fn after(words: &[Word], option: &str) -> Option<usize> {
    words
        .iter()
        .position(|w| w.text.eq_ignore_ascii_case(option))
        .map(|at| at + 1)
}
