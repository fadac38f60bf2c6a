//! JSON Lines through the reader alone, and through all analytics: a build
//! host's events, one in a hundred of an installation.

#![allow(clippy::unwrap_used, reason = "a bench may fail")]

use std::{io::Cursor, sync::Arc};

use divan::{Bencher, counter::ItemsCount};
use lazaret_content::Content;
use lazaret_detect::{AnalyticSet, Detector, Elements, Options};
use lazaret_events::{ReadOptions, open_stream};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EVENTS: usize = 20_000;

fn main() {
    divan::main();
}

fn log() -> Vec<u8> {
    let mut out = String::new();
    for n in 0..EVENTS {
        let (second, pid) = (n / 1000, 1000 + n % 700);
        let line = match n % 100 {
            0 => "node /usr/bin/npm install inert-pkg",
            1 => "sh -c node postinstall.js",
            _ => "/usr/lib/postgresql/16/bin/postgres -D /var/lib/postgresql/16/main",
        };
        let common = format!(
            "\"Timestamp\":\"2026-11-20T09:00:{second:02}.{:06}Z\",\"DeviceName\":\"build-{}.example.com\"",
            n % 1000 * 1000,
            n % 7,
        );
        let actor = format!(
            "\"InitiatingProcessFileName\":\"bash\",\"InitiatingProcessFolderPath\":\"/usr/bin/bash\",\
             \"InitiatingProcessId\":{},\"InitiatingProcessCommandLine\":\"-bash\",\
             \"InitiatingProcessAccountName\":\"dev\"",
            pid + 1
        );
        out += &match n % 4 {
            0 => format!(
                "{{\"Type\":\"DeviceProcessEvents\",{common},\"ActionType\":\"ProcessCreated\",\
                 \"FileName\":\"node\",\"FolderPath\":\"/usr/bin/node\",\"ProcessId\":{pid},\
                 \"ProcessCommandLine\":\"{line}\",\"AccountName\":\"dev\",{actor}}}\n"
            ),
            1 | 2 => format!(
                "{{\"Type\":\"DeviceFileEvents\",{common},\"ActionType\":\"FileCreated\",\
                 \"FileName\":\"{n}.o\",\"FolderPath\":\"/home/dev/build/objects/{n}.o\",{actor}}}\n"
            ),
            _ => format!(
                "{{\"Type\":\"DeviceNetworkEvents\",{common},\"ActionType\":\"ConnectionSuccess\",\
                 \"RemoteIP\":\"192.0.2.{}\",\"RemotePort\":443,\"Protocol\":\"Tcp\",{actor}}}\n",
                n % 250
            ),
        };
    }
    out.into_bytes()
}

#[divan::bench(sample_count = 20)]
fn read(bencher: Bencher<'_, '_>) {
    let log = log();
    bencher.counter(ItemsCount::new(EVENTS)).bench(|| {
        let reader = open_stream("-", Cursor::new(log.clone()), ReadOptions::default());
        reader.unwrap().filter(Result::is_ok).count()
    });
}

#[divan::bench(sample_count = 20)]
fn read_and_detect(bencher: Bencher<'_, '_>) {
    let log = log();
    let content = Content::shipped();
    let set = Arc::new(AnalyticSet::load(&content, &Elements::default()).unwrap());
    bencher.counter(ItemsCount::new(EVENTS)).bench(|| {
        let options = Options::default();
        let mut detector = Detector::with(Arc::clone(&set), &content, &options).unwrap();
        let reader = open_stream("-", Cursor::new(log.clone()), ReadOptions::default());
        for event in reader.unwrap().flatten() {
            detector.push(&event);
        }
        detector.counts().events
    });
}
