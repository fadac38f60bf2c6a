//! EVTX files that are cut off or damaged: what is whole is read, what is not
//! is told.
#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may fail"
)]

use std::io::Cursor;

use lazaret_events::{ReadOptions, ReadReport, open_stream};
use proptest::prelude::*;

const CHUNK: usize = 65_536;

fn crc32(parts: &[&[u8]]) -> u32 {
    let mut sum = u32::MAX;
    for byte in parts.iter().copied().flatten() {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// An element with children, as binary XML at a place in the chunk.
fn element(name: &str, at: usize, content: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    let mut out = vec![0x01];
    let mut body = (at as u32 + 9).to_le_bytes().to_vec();
    body.extend([0; 6]);
    body.extend((name.len() as u16).to_le_bytes());
    body.extend(utf16(name));
    body.extend([0, 0, 0x02]);
    let inner = content(at + 5 + body.len());
    body.extend(inner);
    body.push(0x04);
    out.extend((body.len() as u32).to_le_bytes());
    out.extend(body);
    out
}

fn text(value: &str) -> Vec<u8> {
    let mut out = vec![0x05, 0x01];
    out.extend((value.len() as u16).to_le_bytes());
    out.extend(utf16(value));
    out
}

fn record(id: u64, at: usize) -> Vec<u8> {
    let mut xml = vec![0x0f, 1, 1, 0];
    xml.extend(element("Event", at + 28, |at| {
        element("System", at, |at| element("EventID", at, |_| text("4625")))
    }));
    xml.push(0);
    let size = (xml.len() as u32 + 28).to_le_bytes();
    let mut out = b"**\0\0".to_vec();
    out.extend(size);
    out.extend(id.to_le_bytes());
    // 2026-11-20T00:00:00Z.
    out.extend(134_081_568_000_000_000_u64.to_le_bytes());
    out.extend(xml);
    out.extend(size);
    out
}

/// A file of chunks of records.
fn file(chunks: u16, records: u64) -> Vec<u8> {
    let mut out = vec![0; 4096];
    put(&mut out, 0, b"ElfFile\0");
    put(&mut out, 16, &(u64::from(chunks) - 1).to_le_bytes());
    put(&mut out, 32, &128_u32.to_le_bytes());
    put(&mut out, 36, &[1, 0, 3, 0, 0, 16]);
    put(&mut out, 42, &chunks.to_le_bytes());
    let sum = crc32(&[&out[..120]]);
    put(&mut out, 124, &sum.to_le_bytes());
    for chunk in 0..u64::from(chunks) {
        let (first, last) = (chunk * records + 1, (chunk + 1) * records);
        let mut data = vec![0; 512];
        for id in first..=last {
            let next = record(id, data.len());
            data.extend(next);
        }
        let free = data.len();
        put(&mut data, 0, b"ElfChnk\0");
        for (at, id) in [(8, first), (16, last), (24, first), (32, last)] {
            put(&mut data, at, &id.to_le_bytes());
        }
        put(&mut data, 40, &128_u32.to_le_bytes());
        put(&mut data, 48, &(free as u32).to_le_bytes());
        let sum = crc32(&[&data[512..]]);
        put(&mut data, 52, &sum.to_le_bytes());
        let sum = crc32(&[&data[..120], &data[128..512]]);
        put(&mut data, 124, &sum.to_le_bytes());
        data.resize(CHUNK, 0);
        out.extend(data);
    }
    out
}

/// Reads to the end; the number of records that were whole.
fn read(bytes: Vec<u8>) -> (u64, ReadReport) {
    let mut reader = open_stream("a.evtx", Cursor::new(bytes), ReadOptions::default()).unwrap();
    for _ in reader.by_ref() {}
    let report = reader.report().clone();
    // No sort of event that we know, and one that is no record.
    let skipped: u64 = report.skipped.values().sum();
    let sums = report.skipped.get("chunk with a wrong checksum");
    (report.events + skipped - sums.unwrap_or(&0), report)
}

#[test]
fn whole() {
    let (records, report) = read(file(3, 100));
    assert_eq!(
        (records, report.unreadable),
        (300, 0),
        "{:?}",
        report.problems.first()
    );
    assert!(!report.truncated);
}

#[test]
fn cut_in_a_chunk() {
    let mut bytes = file(3, 100);
    // The header of the third chunk and the first of its records are left.
    bytes.truncate(4096 + 2 * CHUNK + 512 + 10 * record(1, 0).len() + 40);
    let (records, report) = read(bytes);
    assert_eq!(records, 210, "{:?}", report.problems.first());
    assert!(report.truncated);
    let told: Vec<_> = report.problems.iter().map(|p| p.reason.as_str()).collect();
    let told = told.join("\n");
    assert!(told.contains("ends in a chunk"), "{told}");
}

#[test]
fn cut_between_chunks() {
    let mut bytes = file(3, 100);
    bytes.truncate(4096 + 2 * CHUNK);
    let (records, report) = read(bytes);
    assert_eq!(
        (records, report.unreadable),
        (200, 1),
        "{:?}",
        report.problems.first()
    );
    assert!(report.truncated);
    let told = &report.problems[0].reason;
    assert!(told.contains("1 of 3 chunks"), "{told}");
}

#[test]
fn overwritten_chunk() {
    let mut bytes = file(3, 100);
    put(&mut bytes, 4096 + CHUNK, &[0xaa; 600]);
    let (records, report) = read(bytes);
    assert!(
        records >= 200 && report.unreadable >= 1,
        "{:?}",
        report.problems.first()
    );
}

#[test]
fn zeroed_records() {
    let mut bytes = file(1, 100);
    let start = 4096 + 512 + 90 * record(1, 0).len();
    bytes[start..].fill(0);
    let (records, report) = read(bytes);
    assert_eq!(records, 90);
    assert!(report.unreadable >= 1, "{:?}", report.problems.first());
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Wherever a file ends, either all is read or something is told.
    #[test]
    fn nothing_is_lost_silently(length in 4096..(4096 + 2 * CHUNK)) {
        let mut bytes = file(2, 60);
        bytes.truncate(length);
        let (records, report) = read(bytes);
        prop_assert!(records == 120 || report.unreadable > 0);
        prop_assert!(report.truncated);
    }

    /// Bytes that change lose no more than the chunk they are in.
    #[test]
    fn damage_stays_in_its_chunk(at in 0..CHUNK, with in prop::collection::vec(any::<u8>(), 1..64)) {
        let mut bytes = file(2, 60);
        let at = (4096 + at).min(4096 + CHUNK - with.len());
        put(&mut bytes, at, &with);
        let (records, _) = read(bytes);
        prop_assert!(records >= 60);
    }
}
