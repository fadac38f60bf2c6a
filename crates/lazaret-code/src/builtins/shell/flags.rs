//! Options and operands of a command line.

use crate::interp::{Call, Value};

use super::{Running, Word};

/// Short options that take a value, by program.
const VALUED: [(&str, &str); 24] = [
    ("curl", "oHdAXuFTbceEmxrwCyYzKU"),
    ("wget", "OPUoaitTwQeDIXBlR"),
    ("nc", "ceiopqswxX"),
    ("ncat", "ceiopqswxX"),
    ("netcat", "ceiopqswxX"),
    ("ssh", "bcDEeFIiJLlmOopQRSWw"),
    ("scp", "cFiJloPS"),
    ("rsync", "e"),
    ("dig", "bcfkpqtxy"),
    ("nslookup", ""),
    ("ping", "cistwWI"),
    ("openssl", ""),
    ("base64", "w"),
    ("head", "nc"),
    ("tail", "nc"),
    ("grep", "eABCmf"),
    ("cut", "dfcb"),
    ("tr", ""),
    ("sort", "kto"),
    ("xxd", "lsc"),
    ("crontab", "u"),
    ("gpg", "ro"),
    ("mail", "sacbr"),
    ("find", ""),
];

/// Long options that take a value as the next word.
const LONG_VALUED: [&str; 88] = [
    "retry-delay",
    "retry-max-time",
    "speed-limit",
    "speed-time",
    "limit-rate",
    "max-filesize",
    "max-redirs",
    "dns-servers",
    "keepalive-time",
    "proxy-user",
    "proxy-header",
    "noproxy",
    "doh-url",
    "unix-socket",
    "connect-to",
    "capath",
    "cert-type",
    "key-type",
    "pass",
    "ciphers",
    "tls-max",
    "socks5",
    "socks5-hostname",
    "output-dir",
    "timeout",
    "tries",
    "wait",
    "quota",
    "level",
    "accept",
    "reject",
    "domains",
    "ca-certificate",
    "load-cookies",
    "save-cookies",
    "http-user",
    "http-password",
    "password",
    "time-cond",
    "continue-at",
    "stderr",
    "trace",
    "variable",
    "expand-data",
    "output",
    "data",
    "data-binary",
    "data-raw",
    "data-urlencode",
    "data-ascii",
    "form",
    "form-string",
    "header",
    "json",
    "request",
    "url",
    "upload-file",
    "user",
    "user-agent",
    "referer",
    "cookie",
    "proxy",
    "max-time",
    "connect-timeout",
    "retry",
    "output-document",
    "post-data",
    "post-file",
    "body-data",
    "body-file",
    "method",
    "directory-prefix",
    "config",
    "cacert",
    "cert",
    "key",
    "resolve",
    "interface",
    "range",
    "write-out",
    "cookie-jar",
    "input-file",
    "rsh",
    "exec",
    "sh-exec",
    "field",
    "query",
    "oauth2-bearer",
];

/// Splits words after the program into operands and options. The call has the
/// operands as arguments, options by name without dashes (`o`, `output`), the
/// first operand that looks like a URL as `url`, what comes in as `stdin` and
/// the whole as `line`.
pub(super) fn call(command: &Running<'_>) -> Call {
    let mut call = Call::default();
    let named = &mut call.named;
    let valued = VALUED
        .iter()
        .find(|(name, _)| *name == command.name)
        .map_or("", |(_, flags)| flags);
    let mut words = command.words.iter().skip(1).peekable();
    let mut url = None;
    let mut ended = false;
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        if text == "--" && !ended {
            ended = true;
            continue;
        }
        if let Some(long) = text.strip_prefix("--").filter(|_| !ended) {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, part(word, value)),
                None if LONG_VALUED.contains(&long) => match words.next() {
                    Some(value) => (long, value.value.clone()),
                    None => (long, Value::Bool(true)),
                },
                None => (long, Value::Bool(true)),
            };
            if name == "url" {
                url = Some(value.clone());
            }
            named.push((name.into(), value));
            continue;
        }
        let short = text.strip_prefix('-').filter(|s| {
            !ended && !s.is_empty() && s.starts_with(|c: char| c.is_ascii_alphabetic())
        });
        if let Some(short) = short {
            for (at, flag) in short.char_indices() {
                let name: String = flag.to_string();
                if !valued.contains(flag) {
                    named.push((name.as_str().into(), Value::Bool(true)));
                    continue;
                }
                let glued = short.get(at + flag.len_utf8()..).unwrap_or("");
                let value = if glued.is_empty() {
                    words.next().map_or(Value::Bool(true), |w| w.value.clone())
                } else {
                    part(word, glued)
                };
                named.push((name.as_str().into(), value));
                break;
            }
            named.push((short.into(), Value::Bool(true)));
            continue;
        }
        // `/create` and `-urlcache` of Windows programs.
        if let Some(name) = text
            .strip_prefix('/')
            .filter(|n| n.len() < 14 && n.bytes().all(|c| c.is_ascii_alphabetic()))
        {
            let value = words
                .peek()
                .filter(|w| !w.text.starts_with('/'))
                .map(|w| w.value.clone());
            named.push((
                name.to_ascii_lowercase().as_str().into(),
                value.unwrap_or(Value::Bool(true)),
            ));
        }
        if url.is_none() && is_url(text) {
            url = Some(word.value.clone());
        }
        call.args.push(word.value.clone());
    }
    if let Some(url) = url {
        call.named.push(("url".into(), url));
    }
    if let Some(input) = command.input {
        call.named.push(("stdin".into(), input.clone()));
    }
    call.named.push((
        "line".into(),
        Value::str(command.line(), command.word_facts()),
    ));
    call
}

/// A part of a word, with the word's origin.
fn part(word: &Word, text: &str) -> Value {
    if word.known {
        Value::str(text, word.value.facts())
    } else {
        Value::hole(text, word.value.flows())
    }
}

pub(super) fn is_url(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "http://", "https://", "ftp://", "ws://", "wss://", "tcp://", "\\\\",
    ]
    .iter()
    .any(|s| lower.starts_with(s))
}
