//! What the kernel's audit log tells wrongly or in part, as recorded.
#![allow(clippy::unwrap_used, missing_docs)]

use lazaret_events::{Event, ReadOptions, open_stream};

/// The records of one event; `head` is what its SYSCALL says first.
fn event(serial: u32, head: &str, pid: (i64, i64), exe: &str, rest: &[&str]) -> String {
    let (pid, parent) = pid;
    let stamp = format!("msg=audit(1795333598.{serial:03}:{serial}):");
    let mut records = format!(
        "type=SYSCALL {stamp} arch=c000003e {head} items=1 ppid={parent} pid={pid} auid=1000 uid=1000 euid=1000 tty=pts0 ses=6 comm=\"x\" exe=\"{exe}\" key=\"k\"\n"
    );
    for record in rest {
        let (kind, body) = record.split_once(' ').unwrap();
        records.push_str(&format!("type={kind} {stamp} {body}\n"));
    }
    records
}

fn read(log: String) -> Vec<Event> {
    let input = std::io::Cursor::new(log);
    let reader = open_stream("-", input, ReadOptions::default()).unwrap();
    reader.map(|event| *event.unwrap()).collect()
}

/// What was done to which file.
fn told(events: &[Event]) -> Vec<(&str, &str)> {
    let told = events.iter().map(|event| {
        let file = event.file.as_ref().unwrap();
        (event.action_type.as_str(), file.path.as_str())
    });
    told.collect()
}

fn path(name: &str, inode: u32, kind: &str) -> String {
    format!("PATH item=0 name={name} inode={inode} dev=00:36 mode=0100644 nametype={kind}")
}

const EXEC: &str = "syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4";
const OPEN: &str = "syscall=257 success=yes exit=3 a0=ffffff9c a1=1 a2=241 a3=1b6";
const CWD: &str = "CWD cwd=\"/home/dev/app\"";
/// `sh -c x`
const TITLE: &str = "PROCTITLE proctitle=7368002D630078";

#[test]
fn titles_from_before_a_program_ran_are_not_its_own() {
    let created = path("\"/tmp/a\"", 9, "CREATE");
    let log = [
        event(
            1,
            EXEC,
            (20, 10),
            "/usr/bin/node",
            &["EXECVE argc=2 a0=\"node\" a1=\"x.js\"", CWD, TITLE],
        ),
        event(2, OPEN, (20, 10), "/usr/bin/node", &[CWD, &created, TITLE]),
        // Of a process whose start was not told.
        event(3, OPEN, (30, 10), "/usr/bin/curl", &[CWD, &created, TITLE]),
        event(4, OPEN, (31, 10), "/usr/bin/sh", &[CWD, &created, TITLE]),
    ];
    let events = read(log.concat());
    let lines: Vec<_> = events
        .iter()
        .skip(1)
        .map(|event| event.initiating.as_ref().unwrap().command_line.as_str())
        .collect();
    assert_eq!(lines, ["", "", "sh -c x"]);
    let started = events[0].process.as_ref().unwrap();
    assert_eq!(started.command_line, "node x.js");
}

#[test]
fn a_fork_told_after_its_child_ran_is_none() {
    let fork = "syscall=58 success=yes exit=20 a0=0 a1=0 a2=0 a3=0";
    let exec = event(
        2,
        EXEC,
        (20, 10),
        "/usr/bin/id",
        &["EXECVE argc=1 a0=\"id\"", CWD, TITLE],
    );
    let fork = event(1, fork, (10, 5), "/usr/bin/make", &[TITLE]);
    let names = |log: String| -> Vec<String> {
        let events = read(log);
        events.iter().map(|e| e.action_type.to_string()).collect()
    };
    assert_eq!(names(format!("{exec}{fork}")), ["ProcessCreated"]);
    assert_eq!(
        names(format!("{fork}{exec}")),
        ["ProcessForked", "ProcessCreated"]
    );
}

#[test]
fn who_adopts_a_process_did_not_start_it() {
    let arguments = "EXECVE argc=1 a0=\"id\"";
    let log = [
        event(1, EXEC, (20, 10), "/usr/bin/nohup", &[arguments, CWD]),
        event(2, EXEC, (20, 1), "/usr/bin/id", &[arguments, CWD]),
    ];
    let events = read(log.concat());
    let parents: Vec<_> = events
        .iter()
        .map(|event| event.initiating.as_ref().unwrap().pid)
        .collect();
    assert_eq!(parents, [Some(10), Some(10)]);
}

#[test]
fn programs_have_the_name_of_their_link() {
    let item = path("\"/usr/bin/python3\"", 5, "NORMAL");
    let script = path("\"/usr/bin/tool\"", 6, "NORMAL");
    let created = path("\"/tmp/a\"", 9, "CREATE");
    let exe = "/usr/bin/python3.11";
    let log = [
        event(
            1,
            EXEC,
            (20, 10),
            exe,
            &["EXECVE argc=2 a0=\"python3\" a1=\"x.py\"", CWD, &item],
        ),
        event(2, OPEN, (20, 10), exe, &[CWD, &created]),
        event(
            3,
            EXEC,
            (21, 10),
            exe,
            &[
                "EXECVE argc=2 a0=\"/usr/bin/python3\" a1=\"/usr/bin/tool\"",
                CWD,
                &script,
            ],
        ),
    ];
    let events = read(log.concat());
    let images: Vec<_> = events
        .iter()
        .map(|e| e.process.as_ref().or(e.initiating.as_ref()).unwrap())
        .map(|process| process.image.as_str())
        .collect();
    assert_eq!(images, ["/usr/bin/python3", "/usr/bin/python3", exe]);
}

#[test]
fn files_are_known_by_their_inodes() {
    let below = "syscall=263 success=yes exit=0 a0=3 a1=1 a2=0 a3=4";
    let mode = "syscall=91 success=yes exit=0 a0=3 a1=1ed a2=0 a3=4";
    // What the kernel writes as the folder is the current one.
    let folder = |inode| path("\"/home/dev/app\"", inode, "PARENT");
    let created = path("\"/tmp/a/b\"", 9, "CREATE");
    let log = [
        event(
            1,
            OPEN,
            (20, 10),
            "/usr/bin/rm",
            &[CWD, &path("\"/tmp/a/\"", 7, "PARENT"), &created],
        ),
        event(
            2,
            mode,
            (20, 10),
            "/usr/bin/rm",
            &[CWD, &path("(null)", 9, "NORMAL")],
        ),
        event(
            3,
            below,
            (20, 10),
            "/usr/bin/rm",
            &[CWD, &folder(7), &path("\"b\"", 9, "DELETE")],
        ),
        event(
            4,
            below,
            (20, 10),
            "/usr/bin/rm",
            &[CWD, &folder(8), &path("\"c\"", 10, "DELETE")],
        ),
    ];
    let events = read(log.concat());
    assert_eq!(
        told(&events),
        [
            ("FileCreated", "/tmp/a/b"),
            ("FilePermissionsModified", "/tmp/a/b"),
            ("FileDeleted", "/tmp/a/b"),
            ("FileDeleted", "c"),
        ]
    );
}

#[test]
fn interpreted_records_say_the_same() {
    let log = concat!(
        "type=PROCTITLE msg=audit(11/21/26 00:21:07.679:2) : proctitle=sh -c a\\012b \n",
        "type=PATH msg=audit(11/21/26 00:21:07.679:2) : item=1 name=a inode=9 dev=00:36 mode=file,644 nametype=CREATE \n",
        "type=PATH msg=audit(11/21/26 00:21:07.679:2) : item=0 name=/tmp/ inode=8 dev=00:36 mode=dir,755 nametype=PARENT \n",
        "type=CWD msg=audit(11/21/26 00:21:07.679:2) : cwd=/tmp \n",
        "type=SYSCALL msg=audit(11/21/26 00:21:07.679:2) : arch=x86_64 syscall=openat success=yes exit=3 a0=AT_FDCWD a1=0x1 a2=O_WRONLY|O_CREAT a3=0x1b6 items=2 ppid=1 pid=7 auid=dev uid=dev euid=dev tty=pts0 ses=1 comm=sh exe=/usr/bin/sh key=w \n",
        "type=PATH msg=audit(11/21/26 00:21:07.779:3) : item=0 name=b inode=10 dev=00:36 mode=file,644 nametype=NORMAL \n",
        "type=CWD msg=audit(11/21/26 00:21:07.779:3) : cwd=/tmp \n",
        "type=SYSCALL msg=audit(11/21/26 00:21:07.779:3) : arch=x86_64 syscall=openat success=yes exit=3 a0=AT_FDCWD a1=0x1 a2=O_RDWR|O_TRUNC a3=0x0 items=1 ppid=1 pid=7 auid=dev uid=dev euid=dev tty=pts0 ses=1 comm=sh exe=/usr/bin/sh key=w \n",
        "type=PATH msg=audit(11/21/26 00:21:07.879:4) : item=0 name=b inode=10 dev=00:36 mode=file,644 nametype=NORMAL \n",
        "type=CWD msg=audit(11/21/26 00:21:07.879:4) : cwd=/tmp \n",
        "type=SYSCALL msg=audit(11/21/26 00:21:07.879:4) : arch=x86_64 syscall=fchmodat success=yes exit=0 a0=AT_FDCWD a1=0x1 a2=suid,0755 a3=0x0 items=1 ppid=1 pid=7 auid=dev uid=dev euid=dev tty=pts0 ses=1 comm=sh exe=/usr/bin/sh key=w \n",
    );
    let events = read(log.to_owned());
    assert_eq!(
        told(&events),
        [
            ("FileCreated", "/tmp/a"),
            ("FileModified", "/tmp/b"),
            ("FilePermissionsModified", "/tmp/b"),
        ]
    );
    let actor = events[0].initiating.as_ref().unwrap();
    assert_eq!(actor.command_line, "sh -c a\nb");
    let mode = events[2].sigma_field("FileMode");
    assert_eq!(mode.unwrap().text(), "4755");
}
