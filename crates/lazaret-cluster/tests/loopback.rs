//! A scheduler and two executors on loopback give the rows that one machine does.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{OnceLock, mpsc},
    thread,
};

use lazaret_cluster::{Executor, Scheduler, execute, join, schedule};
use lazaret_content::Content;
use lazaret_hunt::{Hunt, LakeWriter, Language, Options, Value, schema::Schemas};
use tempfile::TempDir;

/// 2026-03-02T12:00:00Z.
const NOW: i64 = 1_772_452_800_000_000;
const MINUTE: i64 = 60_000_000;

fn options() -> Options {
    Options {
        now: Some(NOW),
        threads: 2,
        ..Options::default()
    }
}

/// The lake, and the scheduler's address. Both last as long as the tests.
struct Cluster {
    lake: TempDir,
    address: SocketAddr,
}

fn free() -> SocketAddr {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    taken.local_addr().unwrap()
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let lake = tempfile::tempdir().unwrap();
        fill(&lake);
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let settings = Scheduler {
                listen: (Ipv4Addr::LOCALHOST, 0).into(),
            };
            let ready = |address| sender.send(address).unwrap();
            schedule(&settings, &Content::shipped(), ready).unwrap();
        });
        let address = receiver.recv().unwrap();
        for _ in 0..2 {
            thread::spawn(move || {
                let settings = Executor {
                    scheduler: address.ip().to_string(),
                    port: address.port(),
                    listen: free(),
                    host: None,
                    threads: 2,
                    memory: 256 << 20,
                    folder: None,
                    wait: 60,
                };
                execute(&settings, &Content::shipped()).unwrap();
            });
        }
        Cluster { lake, address }
    })
}

/// Processes, files and connections of five devices over two days.
fn fill(lake: &TempDir) {
    let schemas = Schemas::load(&Content::shipped()).unwrap();
    let mut writer = LakeWriter::create(lake.path(), schemas).unwrap();
    let programs = ["node.exe", "cmd.exe", "curl.exe", "powershell.exe"];
    let text = |text: String| Value::Text(text);
    for number in 0..600_i64 {
        let program = programs[number as usize % programs.len()];
        let device = format!("ws{:02}.example.com", number % 5);
        let time = ("Timestamp", Value::Datetime(NOW - number * 4 * MINUTE));
        let line = match number % 7 {
            0 => format!("{program} -enc AAAA{number}"),
            1 => format!("{program} http://198.51.100.{}/a", number % 250),
            _ => format!("{program} --task {number}"),
        };
        writer
            .write(
                "DeviceProcessEvents",
                [
                    time.clone(),
                    ("DeviceName", text(device.clone())),
                    ("FileName", text(program.to_owned())),
                    ("ProcessCommandLine", text(line)),
                    ("AccountName", text(format!("user{}", number % 11))),
                    ("ProcessId", Value::Long(number)),
                    ("InitiatingProcessFileName", text("node.exe".to_owned())),
                    (
                        "AdditionalFields",
                        Value::Dynamic(format!(
                            "{{\"n\":{number},\"tags\":[\"a\",\"t{}\"]}}",
                            number % 3
                        )),
                    ),
                ],
            )
            .unwrap();
        if number % 3 == 0 {
            writer
                .write(
                    "DeviceNetworkEvents",
                    [
                        time,
                        ("DeviceName", text(device)),
                        ("RemoteIP", text(format!("198.51.100.{}", number % 250))),
                        ("RemotePort", Value::Long(443)),
                        ("InitiatingProcessFileName", text(program.to_owned())),
                        ("InitiatingProcessId", Value::Long(number)),
                    ],
                )
                .unwrap();
        }
    }
    writer.finish().unwrap();
}

const KQL: &[&str] = &[
    "DeviceProcessEvents | where ProcessCommandLine has '-enc' and Timestamp > ago(1d)
     | project Timestamp, DeviceName, ProcessCommandLine | order by Timestamp asc",
    "DeviceProcessEvents | where FileName in~ ('CURL.exe', 'cmd.exe')
     | summarize Count = count(), Users = dcount(AccountName), First = min(Timestamp),
         Names = array_sort_asc(make_set(AccountName)) by DeviceName, FileName
     | order by DeviceName asc, FileName asc",
    "DeviceProcessEvents | summarize arg_max(Timestamp, *) by DeviceName
     | project DeviceName, ProcessId, FileName | order by DeviceName asc",
    "DeviceProcessEvents
     | join kind=inner (DeviceNetworkEvents | project DeviceName, RemoteIP, ProcessId = InitiatingProcessId)
         on DeviceName, ProcessId
     | where ipv4_is_in_range(RemoteIP, '198.51.100.0/26')
     | summarize Hosts = dcount(DeviceName) by RemoteIP | order by RemoteIP asc",
    "DeviceProcessEvents | join kind=leftanti DeviceNetworkEvents on $left.ProcessId == $right.InitiatingProcessId
     | count",
    "DeviceProcessEvents | extend n = toint(AdditionalFields.n), tag = tostring(AdditionalFields.tags[1])
     | summarize sum(n), percentile(n, 90) by tag | order by tag asc",
    "DeviceProcessEvents | mv-expand tag = parse_json(AdditionalFields).tags to typeof(string)
     | summarize count() by tag | order by tag asc",
    "DeviceProcessEvents | where DeviceName startswith 'ws01' | sort by Timestamp asc
     | extend gap = datetime_diff('minute', Timestamp, prev(Timestamp)), n = row_number()
     | summarize max(gap), max(n)",
    "let busy = DeviceProcessEvents | summarize c = count() by AccountName | top 3 by c desc, AccountName asc;
     DeviceProcessEvents | where AccountName in ((busy | project AccountName))
     | summarize count() by AccountName, bin(Timestamp, 12h) | order by AccountName asc, Timestamp asc",
    "let most = toscalar(DeviceProcessEvents | summarize max(ProcessId));
     DeviceProcessEvents | where ProcessId > most - 3 | project ProcessId, left = most - ProcessId
     | order by ProcessId asc",
    "union withsource=Source DeviceProcessEvents, DeviceNetworkEvents
     | summarize count() by Source | order by Source asc",
    "DeviceProcessEvents | parse ProcessCommandLine with program ' --task ' task:int
     | where isnotnull(task) | summarize count(), sum(task) by program | order by program asc",
    "DeviceProcessEvents | make-series c = count() default = 0 on Timestamp from ago(1d) to now() step 6h by FileName
     | order by FileName asc",
    "DeviceProcessEvents | evaluate pivot(FileName, count(), DeviceName) | order by DeviceName asc",
    "DeviceProcessEvents | top-nested 2 of FileName by max(ProcessId) | order by FileName asc",
    "DeviceProcessEvents | where Timestamp between (ago(2h) .. now()) and ProcessCommandLine matches regex @'http://[0-9.]+/a'
     | project ProcessId | order by ProcessId asc",
    "DeviceLogonEvents | summarize count() by DeviceName",
    "DeviceProcessEvents | where 1 == 2 | project FileName",
    "print x = 1, y = strcat('a', 'b')",
];

const SPL: &[&str] = &[
    "| tstats count min(_time) as firstTime from datamodel=Endpoint.Processes where Processes.process=\"*-enc*\"
       by Processes.dest Processes.process_name | `drop_dm_object_name(Processes)` | sort dest process_name",
    "index=DeviceProcessEvents FileName=curl.exe | stats count dc(AccountName) as users values(AccountName) as names by DeviceName
       | sort DeviceName",
    "index=DeviceProcessEvents | eval long=if(len(ProcessCommandLine)>20, \"yes\", \"no\") | chart count over DeviceName by long",
    "index=DeviceProcessEvents | sort 0 ProcessId | streamstats count as n by DeviceName | where n<3 | table DeviceName ProcessId n
       | sort DeviceName ProcessId",
    "index=DeviceProcessEvents | eventstats avg(ProcessId) as mean by FileName | where ProcessId > mean * 1.9
       | table ProcessId FileName | sort ProcessId",
    "index=DeviceProcessEvents | join DeviceName [search index=DeviceNetworkEvents RemoteIP=198.51.100.3 | fields DeviceName RemoteIP]
       | stats count by RemoteIP",
    "index=DeviceProcessEvents [search index=DeviceNetworkEvents RemoteIP=198.51.100.3 | fields DeviceName | dedup DeviceName]
       | stats count by DeviceName | sort DeviceName",
    "index=DeviceProcessEvents | rex field=ProcessCommandLine \"--task (?<task>\\d+)\" | stats sum(task) as total by FileName | sort FileName",
    "index=DeviceProcessEvents | timechart span=12h count by FileName",
];

#[test]
fn a_cluster_gives_the_rows_of_one_machine() {
    let cluster = cluster();
    let content = Content::shipped();
    let local = Hunt::new(options())
        .unwrap()
        .with_lake(cluster.lake.path())
        .unwrap();
    let remote = Hunt::new(options())
        .unwrap()
        .with_lake(cluster.lake.path())
        .unwrap();
    let remote = join(remote, &format!("df://{}", cluster.address), &content).unwrap();
    let mut wrong = Vec::new();
    let hunts = KQL
        .iter()
        .map(|text| (Language::Kql, text))
        .chain(SPL.iter().map(|text| (Language::Spl, text)));
    for (language, text) in hunts {
        let wanted = local.run(language, text).unwrap();
        match remote.run(language, text) {
            Ok(found) => {
                assert_eq!(wanted.columns, found.columns, "{text}");
                if wanted.rows() != found.rows() {
                    wrong.push(format!(
                        "{text}\n  wanted {:?}\n  found {:?}",
                        wanted.rows(),
                        found.rows()
                    ));
                }
                // What finds nothing proves little.
                let may_be_empty = text.contains("1 == 2") || text.contains("DeviceLogonEvents");
                assert_eq!(wanted.is_empty(), may_be_empty, "{text}");
            }
            Err(error) => wrong.push(format!("{text}\n  {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
