//! From the records of one audit event to the system call that they tell of.

use std::collections::BTreeMap;

use super::{
    Call, Group, PathItem,
    call::CURRENT,
    record::{self, Fields, decode, text},
    sockaddr,
};
use crate::{
    event::{Text, path},
    format::syscall,
};

pub(super) fn str(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

pub(super) fn int(bytes: &[u8]) -> Option<i64> {
    str(bytes).parse().ok()
}

/// Numbers of a system call's arguments are hexadecimal without `0x`.
/// `ausearch -i` writes it, modes in octal, and flags by name.
fn argument(bytes: &[u8], interpreted: bool) -> u64 {
    let number = |text: &str, base| u64::from_str_radix(text, base).unwrap_or_default();
    if !interpreted {
        return number(str(bytes), 16);
    }
    let words = str(bytes).split(['|', ',']);
    words.fold(0, |flags, word| {
        flags
            | match word {
                "AT_FDCWD" => CURRENT,
                "O_WRONLY" => 1,
                "O_RDWR" => 2,
                "AT_REMOVEDIR" => 0x200,
                "CLONE_THREAD" => 0x1_0000,
                "suid" => 0o4000,
                "sgid" => 0o2000,
                "sticky" => 0o1000,
                word => match word.strip_prefix("0x") {
                    Some(digits) => number(digits, 16),
                    None => number(word, 8),
                },
            }
    })
}

/// Ids that mean none: -1 as an unsigned number, or its name.
pub(super) fn id(bytes: &[u8]) -> Option<&[u8]> {
    (!matches!(bytes, b"4294967295" | b"-1" | b"unset" | b"?" | b"")).then_some(bytes)
}

/// What the records of a group say of their call.
pub(super) fn collect(group: &Group) -> Call {
    let mut call = Call::default();
    let mut items = Vec::with_capacity(4);
    for part in &group.parts {
        let body = group.bytes.get(part.start..part.end).unwrap_or_default();
        let fields = Fields::new(body, group.interpreted);
        match part.kind.as_str() {
            "SYSCALL" | "1300" => of_call(&mut call, fields, group.interpreted),
            "EXECVE" | "1309" => arguments(&mut call.execve, fields, group.interpreted),
            "CWD" | "1307" => {
                for (key, value) in fields {
                    if key == b"cwd" {
                        call.process.cwd = text(&decode(value, group.interpreted));
                    }
                }
            }
            "PATH" | "1302" => {
                let mut item = PathItem::default();
                let (mut system, mut inode, mut number) = (Text::default(), None, items.len());
                for (key, value) in fields {
                    match key {
                        b"name" => item.name = text(&decode(value, group.interpreted)),
                        b"nametype" => item.kind = text(value),
                        b"mode" => item.mode = text(value),
                        b"item" => number = str(value).parse().unwrap_or(number),
                        b"dev" => system = text(value),
                        b"inode" => inode = str(value).parse().ok(),
                        _ => {}
                    }
                }
                items.push((number, item, inode.map(|inode| (system, inode))));
            }
            "PROCTITLE" | "1327" => {
                for (key, value) in fields {
                    if key == b"proctitle" {
                        let title = decode(value, group.interpreted);
                        let parts = title.split(|byte| *byte == 0);
                        call.title = parts.map(text).collect();
                        while call.title.len() > 1
                            && call.title.last().is_some_and(|t| t.is_empty())
                        {
                            call.title.pop();
                        }
                    }
                }
            }
            "SOCKADDR" | "1306" => {
                for (key, value) in fields {
                    let decoded = match key {
                        b"saddr" if value.first() == Some(&b'{') => {
                            sockaddr::interpreted(str(value))
                        }
                        b"saddr" => record::unhex(value).and_then(|b| sockaddr::decode(&b)),
                        _ => None,
                    };
                    call.address = decoded.or(call.address.take());
                }
            }
            _ => {}
        }
    }
    // `ausearch` writes the last item first.
    items.sort_by_key(|(number, ..)| *number);
    for (_, item, inode) in items {
        call.paths.push(item);
        call.inodes.push(inode);
    }
    if call.execve.is_empty() && is_own_title(&call) {
        let title = std::mem::take(&mut call.title);
        if let [one] = title.as_slice() {
            call.process.command_line = one.clone();
        } else {
            call.process.set_arguments(title);
        }
    }
    call
}

/// Whether the title is of the program that runs: the kernel keeps the one that
/// the process had in its first record, which may be its parent's still.
fn is_own_title(call: &Call) -> bool {
    let Some(first) = call.title.first().filter(|title| !title.is_empty()) else {
        return false;
    };
    // What gives itself a title writes one text, a login shell begins with `-`.
    let program = first.split(' ').next().unwrap_or_default();
    let program = path::file_name(program.trim_start_matches('-'));
    let alike = |name: &str| name.starts_with(program) || program.starts_with(name);
    let image = path::file_name(&call.process.image);
    image.is_empty() || alike(image) || !call.comm.is_empty() && alike(&call.comm)
}

fn of_call(call: &mut Call, fields: Fields<'_>, interpreted: bool) {
    let mut arch: &[u8] = b"";
    let mut number: &[u8] = b"";
    for (key, value) in fields {
        match key {
            b"arch" => arch = value,
            b"syscall" => number = value,
            b"success" => call.success = value == b"yes",
            b"exit" => call.exit = exit(value),
            b"a0" => call.arguments[0] = argument(value, interpreted),
            b"a1" => call.arguments[1] = argument(value, interpreted),
            b"a2" => call.arguments[2] = argument(value, interpreted),
            b"a3" => call.arguments[3] = argument(value, interpreted),
            b"ppid" => call.parent = int(value),
            b"pid" => call.process.pid = int(value),
            b"auid" => call.login = id(value).map(text).unwrap_or_default(),
            b"uid" | b"euid" => {
                // Who it is allowed to be counts, not who started it.
                let account = &mut call.process.account;
                if int(value).is_some() {
                    account.sid = text(value);
                    account.name = if value == b"0" {
                        Text::new_static("root")
                    } else {
                        text(value)
                    };
                } else {
                    account.name = text(value);
                }
            }
            b"tty" => call.process.terminal = text(&decode(value, true)),
            b"ses" => call.process.session = id(value).and_then(int),
            b"comm" => call.comm = text(&decode(value, interpreted)),
            b"exe" => call.process.image = text(&decode(value, interpreted)),
            b"key" => {
                call.key = text(&decode(value, interpreted))
                    .replace('\u{1}', ",")
                    .into()
            }
            b"SYSCALL" => call.name = syscall::known(str(value)).unwrap_or_default(),
            b"EUID" => {
                let name = decode(value, true);
                if !name.starts_with(b"unknown(") {
                    call.process.account.name = text(&name);
                }
            }
            b"AUID" if !call.login.is_empty() => call.login = text(&decode(value, true)),
            _ => {}
        }
    }
    if call.name.is_empty() {
        call.set_name(str(arch), str(number));
    }
}

/// The result: a number, or as `ausearch -i` writes it, `EINPROGRESS(…)`.
fn exit(value: &[u8]) -> i64 {
    int(value).unwrap_or_else(|| {
        if value.starts_with(b"EINPROGRESS") {
            -115
        } else {
            -1
        }
    })
}

/// `a0="…"`, or long ones in parts: `a1_len=9000 a1[0]=… a1[1]=…`.
fn arguments(into: &mut BTreeMap<u32, Vec<u8>>, fields: Fields<'_>, interpreted: bool) {
    for (key, value) in fields {
        let Some(name) = str(key).strip_prefix('a') else {
            continue;
        };
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        let Some((number, rest)) = name.split_at_checked(digits) else {
            continue;
        };
        let Ok(number) = number.parse::<u32>() else {
            continue;
        };
        if rest.is_empty() || rest.starts_with('[') {
            into.entry(number)
                .or_default()
                .extend_from_slice(&decode(value, interpreted));
        }
    }
}
