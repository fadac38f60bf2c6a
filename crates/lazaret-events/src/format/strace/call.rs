//! One line of strace's output taken apart.

use std::borrow::Cow;

/// A line: who, when, what.
#[derive(Debug, PartialEq)]
pub(super) struct Line<'a> {
    pub(super) pid: Option<i64>,
    /// The time as written; empty where the trace has none.
    pub(super) time: &'a str,
    pub(super) body: Body<'a>,
}

/// What a line says.
#[derive(Debug, PartialEq)]
pub(super) enum Body<'a> {
    /// `name(arguments) = result`, the latter after the last ` = `.
    Call {
        name: &'a str,
        /// From after the parenthesis to the line's end.
        rest: &'a str,
    },
    /// `name(arguments <unfinished ...>`.
    Unfinished { name: &'a str, arguments: &'a str },
    /// `<... name resumed>rest`.
    Resumed { name: &'a str, rest: &'a str },
    /// `+++ exited with 0 +++`, and by a signal.
    Exited(&'a str),
    /// Signals and the like.
    Other,
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Takes a line apart; `None` where it is none of strace's.
pub(super) fn line(text: &str) -> Option<Line<'_>> {
    let (pid, rest) = match text.strip_prefix("[pid") {
        Some(rest) => {
            let (pid, rest) = rest.split_once(']')?;
            (Some(pid.trim().parse().ok()?), rest)
        }
        None => {
            let count = digits(text);
            let (number, rest) = text.split_at_checked(count)?;
            // A number with `.` or `:` behind it is the time.
            if count > 0 && rest.starts_with(' ') {
                (Some(number.parse().ok()?), rest)
            } else {
                (None, text)
            }
        }
    };
    let rest = rest.trim_start();
    let (time, rest) = match rest.split_once(' ') {
        Some((time, after))
            if time.starts_with(|c: char| c.is_ascii_digit())
                && time
                    .bytes()
                    .all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.')) =>
        {
            (time, after.trim_start())
        }
        _ => ("", rest),
    };
    let body = if let Some(rest) = rest.strip_prefix("<... ") {
        let (name, rest) = rest.split_once(" resumed")?;
        Body::Resumed {
            name,
            rest: rest.trim_start().strip_prefix('>').unwrap_or(rest),
        }
    } else if let Some(rest) = rest.strip_prefix("+++ ") {
        Body::Exited(rest.strip_suffix(" +++")?)
    } else if rest.starts_with("--- ") && rest.ends_with(" ---") {
        Body::Other
    } else {
        let end = rest
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        let (name, arguments) = rest.split_at_checked(end)?;
        let arguments = arguments.strip_prefix('(')?;
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        match arguments.strip_suffix("<unfinished ...>") {
            Some(arguments) => Body::Unfinished { name, arguments },
            None => {
                arguments.rfind(" = ")?;
                Body::Call {
                    name,
                    rest: arguments,
                }
            }
        }
    };
    Some(Line { pid, time, body })
}

/// Arguments and result of `rest`, which is from after the parenthesis on.
pub(super) fn split(rest: &str) -> Option<(Vec<&str>, &str)> {
    let mut arguments = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    let mut bytes = rest.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                // To the end of the text, past escaped quotes.
                while let Some((_, inner)) = bytes.next() {
                    match inner {
                        b'\\' => {
                            bytes.next();
                        }
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            // A descriptor's path (`3</a, b>`); not `<<` and `>>` of flags.
            b'<' if rest.get(at..)?.starts_with("</") => {
                for (_, inner) in bytes.by_ref() {
                    if inner == b'>' {
                        break;
                    }
                }
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' if depth == 0 => {
                arguments.push(rest.get(start..at)?.trim());
                let result = rest.get(at + 1..)?.trim_start().strip_prefix('=')?;
                return Some((arguments, result.trim()));
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                arguments.push(rest.get(start..at)?.trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

/// A text argument without quotes and escapes; `None` where it is no text.
pub(super) fn text(argument: &str) -> Option<Cow<'_, str>> {
    Some(match bytes(argument)? {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    })
}

/// The bytes of a text argument.
pub(super) fn bytes(argument: &str) -> Option<Cow<'_, [u8]>> {
    let inner = argument.strip_prefix('"')?;
    let inner = inner
        .strip_suffix("\"...")
        .or_else(|| inner.strip_suffix('"'))?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner.as_bytes()));
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(b'v') => out.push(0x0b),
            Some(b'f') => out.push(0x0c),
            Some(b'x') => {
                let mut value = 0_u8;
                for _ in 0..2 {
                    if let Some(digit) = bytes.peek().and_then(|b| char::from(*b).to_digit(16)) {
                        value = (value << 4) | digit as u8;
                        bytes.next();
                    }
                }
                out.push(value);
            }
            Some(first @ b'0'..=b'7') => {
                let mut value = u32::from(first - b'0');
                for _ in 0..2 {
                    if let Some(digit) = bytes.peek().filter(|b| (b'0'..=b'7').contains(*b)) {
                        value = value * 8 + u32::from(digit - b'0');
                        bytes.next();
                    }
                }
                out.push(value as u8);
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    Some(Cow::Owned(out))
}

/// The contents of messages in a list of them, `{msg_iov=[{iov_base="…"`.
pub(super) fn contents(argument: &str) -> impl Iterator<Item = &str> {
    let mut rest = argument;
    std::iter::from_fn(move || {
        let (_, found) = rest.split_once("iov_base=\"")?;
        let mut escaped = false;
        let end = found.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        let start = rest.len() - found.len() - 1;
        let content = rest.get(start..start + end + 2)?;
        rest = found.get(end + 1..)?;
        Some(content)
    })
}

/// The path in `3</a/b>` or `AT_FDCWD</a>`.
pub(super) fn descriptor_path(argument: &str) -> Option<&str> {
    let (_, path) = argument.split_once('<')?;
    path.strip_suffix('>').filter(|path| path.starts_with('/'))
}

/// The elements of `["a", "b"]`.
pub(super) fn list(argument: &str) -> Vec<Cow<'_, str>> {
    let Some(inner) = argument.strip_prefix('[') else {
        return Vec::new();
    };
    // Ends like a call's arguments do.
    let closed = format!("{}) = 0", inner.strip_suffix(']').unwrap_or(inner));
    let Some((items, _)) = split(&closed) else {
        return Vec::new();
    };
    items
        .iter()
        .filter_map(|item| text(item).map(|text| Cow::Owned(text.into_owned())))
        .collect()
}

/// The endpoint in `{sa_family=AF_INET, sin_port=htons(443),
/// sin_addr=inet_addr("192.0.2.1")}`.
pub(super) fn endpoint(argument: &str) -> Option<(&str, u16)> {
    let (_, port) = argument.split_once("port=htons(")?;
    let port = port.split(')').next()?.parse().ok()?;
    let address = if let Some((_, rest)) = argument.split_once("inet_addr(\"") {
        rest.split('"').next()?
    } else {
        let (_, rest) = argument.split_once("inet_pton(AF_INET6, \"")?;
        rest.split('"').next()?
    };
    Some((address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_lines_apart() {
        let parsed = line("9731  00:21:09.504157 execve(\"/usr/bin/npm\", [\"npm\", \"i\"], 0x7f /* 4 vars */) = 0").unwrap();
        assert_eq!((parsed.pid, parsed.time), (Some(9731), "00:21:09.504157"));
        let Body::Call { name, rest } = parsed.body else {
            panic!("{:?}", parsed.body)
        };
        let (arguments, result) = split(rest).unwrap();
        assert_eq!(
            (name, arguments[0], result),
            ("execve", "\"/usr/bin/npm\"", "0")
        );
        assert_eq!(list(arguments[1]), ["npm", "i"]);
        let parsed = line("[pid   12] 1795220478.016866 <... openat resumed>) = 3</a>").unwrap();
        assert_eq!(parsed.pid, Some(12));
        assert_eq!(
            parsed.body,
            Body::Resumed {
                name: "openat",
                rest: ") = 3</a>"
            }
        );
        assert_eq!(
            line("7 +++ exited with 0 +++").unwrap().body,
            Body::Exited("exited with 0")
        );
        assert_eq!(line("hello world"), None);
        assert_eq!(line("Nov 21 host: f(x)"), None);
    }

    #[test]
    fn undoes_escapes() {
        assert_eq!(text("\"a\\n\\\"\\177\\x41\"...").unwrap(), "a\n\"\u{7f}A");
        assert_eq!(text("NULL"), None);
        let v6 =
            "{sa_family=AF_INET6, sin6_port=htons(53), inet_pton(AF_INET6, \"::1\", &sin6_addr)}";
        assert_eq!(endpoint(v6), Some(("::1", 53)));
    }

    #[test]
    fn finds_contents_of_messages() {
        let list = r#"[{msg_hdr={msg_iov=[{iov_base="a\"b\1", iov_len=4}]}, msg_len=4}, {msg_hdr={msg_iov=[{iov_base="c", iov_len=1}]}}]"#;
        let found: Vec<_> = contents(list).collect();
        assert_eq!(found, [r#""a\"b\1""#, r#""c""#]);
        assert_eq!(bytes(found[0]).unwrap().as_ref(), b"a\"b\x01");
        assert_eq!(contents("{iov_base=\"cut").count(), 0);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken(input in "[ -~]{0,80}") {
            if let Some(Line { body: Body::Call { rest, .. }, .. }) = line(&input)
                && let Some((arguments, _)) = split(rest)
            {
                for argument in arguments {
                    let _ = (text(argument), list(argument), endpoint(argument), descriptor_path(argument), contents(argument).count());
                }
            }
        }
    }
}
