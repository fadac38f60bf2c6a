//! Who descends from which installation, under what logs do to one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use lazaret_content::Content;
use lazaret_detect::{Managers, Tracker, lineage::Limits};
use lazaret_events::{Event, Table, Text, Time};
use proptest::prelude::*;

const SECOND: i64 = 1_000_000;

fn tracker(processes: usize) -> Tracker {
    let managers = Managers::load(&Content::shipped()).unwrap();
    Tracker::new(
        managers,
        Limits {
            processes,
            ..Limits::default()
        },
    )
}

fn at(mut event: Event, seconds: i64) -> Event {
    event.time = Some(Time(seconds * SECOND));
    event.device.name = Text::new("build-7");
    event
}

fn start(seconds: i64, parent: i64, pid: i64, line: &str) -> Event {
    let mut event = Event::new(Table::DeviceProcessEvents, "ProcessCreated");
    let process = event.process_mut();
    process.pid = Some(pid);
    process.set_arguments(line.split(' ').map(Text::new));
    process.image = Text::from(format!("/usr/bin/{}", line.split(' ').next().unwrap()));
    event.initiating_mut().pid = Some(parent);
    at(event, seconds)
}

fn fork(seconds: i64, parent: i64, pid: i64) -> Event {
    let mut event = Event::new(Table::DeviceProcessEvents, "ProcessForked");
    event.process_mut().pid = Some(pid);
    event.initiating_mut().pid = Some(parent);
    at(event, seconds)
}

fn exit(seconds: i64, pid: i64) -> Event {
    let mut event = Event::new(Table::DeviceEvents, "ProcessExited");
    event.process_mut().pid = Some(pid);
    at(event, seconds)
}

fn connect(seconds: i64, pid: i64) -> Event {
    let mut event = Event::new(Table::DeviceNetworkEvents, "ConnectionSuccess");
    event.network_mut().remote_ip = Text::new("192.0.2.1");
    event.initiating_mut().pid = Some(pid);
    at(event, seconds)
}

/// Depth below the package manager, for each event.
fn depths(tracker: &mut Tracker, events: &[Event]) -> Vec<Option<u16>> {
    let observed = events.iter().map(|event| tracker.observe(event));
    observed.map(|o| o.membership.map(|m| m.depth)).collect()
}

#[test]
fn descent_goes_through_shells() {
    let events = [
        start(1, 10, 100, "npm install x"),
        start(2, 100, 101, "sh -c node"),
        start(3, 101, 102, "node postinstall.js"),
        start(4, 102, 103, "curl http://192.0.2.1/"),
        connect(5, 103),
        start(6, 10, 200, "ls -l"),
    ];
    let found = depths(&mut tracker(1000), &events);
    assert_eq!(found, [Some(0), Some(1), Some(2), Some(3), Some(3), None]);
}

#[test]
fn one_pid_runs_several_programs() {
    let mut tracker = tracker(1000);
    let events = [
        start(1, 10, 100, "npm install x"),
        fork(2, 100, 101),
        start(2, 100, 101, "sh -c exec"),
        start(3, 100, 101, "node postinstall.js"),
        connect(4, 101),
    ];
    let observed: Vec<_> = events.iter().map(|event| tracker.observe(event)).collect();
    let last = observed[4].node.unwrap();
    let names: Vec<_> = tracker
        .lineage()
        .ancestors(last)
        .map(|(_, node)| node.name())
        .collect();
    assert_eq!(names[..2], ["sh", "npm"]);
    assert!(observed[4].membership.is_some());
}

#[test]
fn a_pid_used_again_is_another_process() {
    let events = [
        start(1, 10, 100, "npm install x"),
        start(2, 100, 101, "node postinstall.js"),
        exit(3, 101),
        start(50, 11, 101, "vim notes"),
        connect(51, 101),
    ];
    let found = depths(&mut tracker(1000), &events);
    assert_eq!(found, [Some(0), Some(1), Some(1), None, None]);
}

#[test]
fn a_pid_used_again_without_an_exit_record_is_another_process() {
    let events = [
        start(1, 10, 100, "npm install x"),
        start(2, 100, 101, "node postinstall.js"),
        start(50, 11, 101, "vim notes"),
        connect(51, 101),
    ];
    let found = depths(&mut tracker(1000), &events);
    assert_eq!(found[2..], [None, None]);
}

#[test]
fn a_daemon_still_belongs_to_its_installation() {
    let events = [
        start(1, 10, 100, "npm install x"),
        fork(2, 100, 101),
        start(2, 100, 101, "node postinstall.js"),
        // Forks twice and is given to init.
        fork(3, 101, 102),
        fork(4, 102, 103),
        exit(5, 102),
        exit(6, 101),
        exit(7, 100),
        start(8, 1, 103, "node agent.js"),
        connect(9, 103),
    ];
    let found = depths(&mut tracker(1000), &events);
    assert!(found[8].is_some() && found[9].is_some(), "{found:?}");
}

#[test]
fn a_start_told_twice_is_one_process() {
    let mut tracker = tracker(1000);
    let events = [
        start(1, 10, 100, "npm install x"),
        start(1, 10, 100, "npm install x"),
        start(2, 100, 101, "node a.js"),
        start(2, 100, 101, "node a.js"),
    ];
    depths(&mut tracker, &events);
    assert_eq!(tracker.installations().len(), 1);
    assert_eq!(tracker.installations()[0].processes, 2);
}

#[test]
fn what_an_installation_wrote_belongs_to_it_later() {
    let mut write = Event::new(Table::DeviceFileEvents, "FileCreated");
    write.file_mut().path = Text::new("/home/dev/.x/agent.js");
    write.initiating_mut().pid = Some(101);
    let events = [
        start(1, 10, 100, "npm install x"),
        start(2, 100, 101, "node postinstall.js"),
        at(write, 3),
        exit(4, 101),
        exit(5, 100),
        start(9000, 1, 300, "node /home/dev/.x/agent.js"),
    ];
    let mut tracker = tracker(1000);
    let observed: Vec<_> = events.iter().map(|event| tracker.observe(event)).collect();
    let membership = observed[5].membership.unwrap();
    assert!(membership.by_file);
    assert_eq!(
        membership.installation,
        observed[0].membership.unwrap().installation
    );
}

#[test]
fn what_a_package_runs_by_its_folder_or_name_belongs_to_it() {
    let write = |seconds, path: &str| {
        let mut event = Event::new(Table::DeviceFileEvents, "FileCreated");
        event.file_mut().path = Text::new(path);
        event.initiating_mut().pid = Some(100);
        at(event, seconds)
    };
    let run = |pid, cwd: &str, line: &str| {
        let mut event = start(9000 + pid, 1, pid, line);
        event.process_mut().cwd = Text::new(cwd);
        event.process_mut().image = Text::new(line.split(' ').next().unwrap());
        event
    };
    let mut tracker = tracker(1000);
    for event in [
        start(1, 10, 100, "npm install x"),
        write(2, "/srv/app/node_modules/x/package.json"),
        write(2, "/srv/app/node_modules/x/cli.js"),
        write(
            3,
            "/srv/app/venv/lib/python3.12/site-packages/y/__main__.py",
        ),
        write(
            3,
            "/srv/app/venv/lib/python3.12/site-packages/y/inner/tool.py",
        ),
        write(3, "/usr/local/lib/python3.12/dist-packages/z.py"),
        write(3, "/usr/local/lib/python3.12/dist-packages/z2/__init__.py"),
        exit(4, 100),
    ] {
        tracker.observe(&event);
    }
    let runs = [
        ("node node_modules/x/cli.js", "/srv/app", true),
        ("node node_modules/x/cli", "/srv/app", true),
        ("node node_modules/x", "/srv/app", true),
        ("node node_modules/x", "/srv/other", false),
        ("/srv/app/venv/bin/python -m y", "/", true),
        (
            "/srv/app/venv/bin/python3 -X dev -m y.inner.tool",
            "/",
            true,
        ),
        ("/srv/other/venv/bin/python -m y", "/", false),
        ("/usr/bin/python3 -m z --now", "/", true),
        ("/usr/bin/python3 -m z2", "/", false),
        ("/usr/bin/python3 script -m z", "/", false),
        ("/usr/bin/grep -m z", "/", false),
    ];
    for (pid, (line, cwd, belongs)) in (300..).zip(runs) {
        let observed = tracker.observe(&run(pid, cwd, line));
        let by_file = observed.membership.is_some_and(|m| m.by_file);
        assert_eq!(by_file, belongs, "{line}");
    }
}

fn touch(seconds: i64, pid: i64, action: &str, path: &str) -> Event {
    let mut event = Event::new(Table::DeviceFileEvents, action);
    event.file_mut().path = Text::new(path);
    event.initiating_mut().pid = Some(pid);
    at(event, seconds)
}

#[test]
fn what_an_installer_has_its_service_do_belongs_to_it() {
    const DLL: &str = "C:/Program Files/X/x.dll";
    let mut tracker = tracker(1000);
    let mut observe = |event: &Event| tracker.observe(event).membership;
    // The service was there before the first installer.
    let idle = observe(&start(0, 4, 50, "msiexec.exe /V"));
    let first = observe(&start(10, 10, 100, "msiexec.exe /i x.msi /qn")).unwrap();
    let wrote = observe(&touch(11, 50, "FileCreated", DLL)).unwrap();
    let child = observe(&start(12, 50, 51, "rundll32.exe x.dll,Setup")).unwrap();
    let other = observe(&start(13, 4, 60, "svchost.exe -k netsvcs"));
    assert_eq!((idle, other), (None, None));
    assert_eq!(
        [wrote.installation, child.installation],
        [first.installation; 2]
    );
    assert_eq!([wrote.depth, child.depth], [1, 2]);
    // One that is still there works for the next.
    let second = observe(&start(20, 10, 101, "msiexec.exe /i y.msi")).unwrap();
    let wrote = observe(&touch(21, 50, "FileCreated", DLL)).unwrap();
    assert_eq!(wrote.installation, second.installation);
    observe(&exit(22, 50));
    let again = observe(&start(23, 4, 70, "msiexec.exe /V")).unwrap();
    assert_eq!(again.installation, second.installation);
    // Long after, and when the installer has ended, it works for others.
    assert_eq!(observe(&start(9000, 4, 80, "msiexec.exe /V")), None);
    observe(&start(9100, 10, 102, "installer -pkg z.pkg -target /"));
    observe(&exit(9101, 102));
    assert_eq!(observe(&start(9200, 1, 90, "package_script_service")), None);
}

#[test]
fn what_an_interpreter_of_the_machine_runs_is_not_its_installers() {
    let mut tracker = tracker(1000);
    let mut observe = |event: &Event| tracker.observe(event).membership;
    observe(&start(0, 10, 100, "msiexec.exe /i node.msi /qn"));
    for name in ["node", "tool"] {
        observe(&touch(1, 100, "FileCreated", &format!("/usr/bin/{name}")));
    }
    observe(&exit(2, 100));
    assert_eq!(observe(&start(50, 1, 200, "node app.js")), None);
    assert!(observe(&start(51, 1, 201, "tool --serve")).unwrap().by_file);
}

#[test]
fn what_imports_a_module_belongs_to_the_installation_that_wrote_it() {
    let module = "/srv/app/node_modules/x/index.js";
    let text = "/srv/app/node_modules/x/README.md";
    let mut tracker = tracker(1000);
    let mut observe = |event: &Event| tracker.observe(event).membership;
    let install = observe(&start(1, 10, 100, "npm install x")).unwrap();
    observe(&touch(2, 100, "FileCreated", module));
    observe(&touch(2, 100, "FileCreated", text));
    observe(&exit(3, 100));
    assert_eq!(observe(&start(50, 1, 200, "node app.js")), None);
    assert_eq!(observe(&touch(51, 200, "FileRead", text)), None);
    let reads = observe(&touch(52, 200, "FileRead", module)).unwrap();
    assert_eq!(reads.installation, install.installation);
    assert!(reads.imported);
    let child = observe(&start(53, 200, 201, "sh -c id")).unwrap();
    assert!(child.imported);
    // What only looks at it does not run it.
    observe(&start(60, 1, 300, "grep -r x"));
    assert_eq!(observe(&touch(61, 300, "FileRead", module)), None);
}

#[test]
fn memory_is_bounded_and_loss_is_counted() {
    let mut tracker = tracker(500);
    for pid in 0..20_000 {
        tracker.observe(&start(pid, 1, pid + 10, "ls -l"));
        assert!(tracker.lineage().len() <= 500);
    }
    assert!(tracker.lineage().evicted() >= 19_000);
}

#[test]
fn ended_processes_are_let_go_when_they_left_none_behind() {
    let ended = 100;
    let managers = Managers::load(&Content::shipped()).unwrap();
    let limits = Limits {
        ended,
        ..Limits::default()
    };
    let mut tracker = Tracker::new(managers, limits);
    // A shell that has ended, and what it left running.
    tracker.observe(&start(0, 1, 2, "npm install x"));
    tracker.observe(&start(0, 2, 3, "sh -c 'node server.js &'"));
    tracker.observe(&start(0, 3, 4, "node server.js"));
    tracker.observe(&exit(1, 3));
    for round in 0..10_000_i64 {
        let pid = 10 + round % 500;
        let shell = 5_000 + round / 500 % 2;
        tracker.observe(&start(round, shell, pid, "ls -l"));
        // Of the others only that their ids are used again.
        if round % 2 == 0 {
            tracker.observe(&exit(round, pid));
        }
    }
    assert!(tracker.lineage().len() <= 500 + ended + 8);
    assert_eq!(tracker.lineage().evicted(), 0);
    let child = tracker.observe(&start(10_001, 4, 9_000, "sh -c id"));
    let ancestors = tracker.lineage().ancestors(child.node.unwrap());
    let names: Vec<_> = ancestors.map(|(_, node)| node.name()).collect();
    assert!(
        names.get(..3) == Some(["node", "sh", "npm"].map(Into::into).as_slice()),
        "{names:?}"
    );
    assert!(child.membership.is_some());
}

#[test]
fn few_pids_used_again_and_again_stay_apart() {
    // Eight pids, a hundred thousand starts from as many shells, no exit record;
    // every tenth is an installation with a child.
    let mut tracker = tracker(1000);
    let mut installations = 0;
    for round in 0..100_000_i64 {
        let (time, pid, shell) = (round * 10, 100 + round % 4 * 2, 10_000 + round);
        if round % 10 == 0 {
            installations += 1;
            tracker.observe(&start(time, shell, pid, "npm install x"));
            let child = tracker.observe(&start(time + 1, pid, pid + 1, "node postinstall.js"));
            assert!(child.membership.is_some(), "round {round}");
        } else {
            let other = tracker.observe(&start(time, shell, pid, "ls -l"));
            let child = tracker.observe(&start(time + 1, pid, pid + 1, "date"));
            assert!(
                other.membership.is_none() && child.membership.is_none(),
                "round {round}"
            );
        }
        assert!(tracker.lineage().len() <= 1000);
    }
    assert_eq!(tracker.installations().len(), installations);
}

#[test]
fn installations_are_bounded_and_loss_is_counted() {
    let mut tracker = tracker(500);
    let mut last = None;
    for round in 0..200_000_i64 {
        let line = format!("npm install x{round}");
        last = tracker
            .observe(&start(round * 100, 1, 100 + round % 900, &line))
            .membership;
    }
    let last = tracker.installation(last.unwrap().installation).unwrap();
    assert_eq!(last.packages[0].name(), "x199999");
    let kept = tracker.installations().len() as u64;
    assert!(kept <= 1 << 17);
    assert_eq!(kept + tracker.installations_evicted(), 200_000);
}

#[test]
fn a_clock_that_goes_backwards_loses_no_descent() {
    let events = [
        start(1000, 10, 100, "npm install x"),
        start(900, 100, 101, "node postinstall.js"),
        connect(10, 101),
        start(5, 101, 102, "curl example.com"),
    ];
    let found = depths(&mut tracker(1000), &events);
    assert_eq!(found, [Some(0), Some(1), Some(1), Some(2)]);
}

fn any_event() -> impl Strategy<Value = Event> {
    let line = prop_oneof![
        Just("npm install x"),
        Just("sh -c node"),
        Just("pip3 install y"),
        Just("node a.js")
    ];
    (0..5_u8, 0..40_i64, 0..40_i64, 0..100_i64, line).prop_map(|(kind, parent, pid, time, line)| {
        match kind {
            0 => fork(time, parent, pid),
            1 => exit(time, pid),
            2 => connect(time, pid),
            _ => start(time, parent, pid, line),
        }
    })
}

proptest! {
    /// Whatever the order, times and pids: no panic, no endless ancestry, and
    /// never more processes than allowed.
    #[test]
    fn any_log_is_survived(events in prop::collection::vec(any_event(), 1..400)) {
        let mut tracker = tracker(64);
        for event in &events {
            let observed = tracker.observe(event);
            prop_assert!(tracker.lineage().len() <= 64);
            if let Some(node) = observed.node {
                prop_assert!(tracker.lineage().ancestors(node).count() <= 64);
            }
        }
    }
}
