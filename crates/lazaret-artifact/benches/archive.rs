//! Throughput of reading archives.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Write as _;

use divan::{Bencher, counter::BytesCount};
use lazaret_artifact::{Limits, Source, Want, read};

fn main() {
    divan::main();
}

/// A package of many text files that compress as source code does.
fn tarball() -> (Vec<u8>, usize) {
    let mut builder = tar::Builder::new(Vec::new());
    let mut seed = 1_u32;
    for number in 0..500 {
        let text: String = (0..400)
            .map(|line| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                format!("const value{line} = require('module{}');\n", seed >> 20)
            })
            .collect();
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        let path = format!("package/src/file{number}.js");
        builder
            .append_data(&mut header, path, text.as_bytes())
            .unwrap();
    }
    let tar = builder.into_inner().unwrap();
    let size = tar.len();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&tar).unwrap();
    (gzip.finish().unwrap(), size)
}

#[divan::bench(args = [Want::Whole, Want::Nothing])]
fn tar_gz(bencher: Bencher<'_, '_>, want: Want) {
    let (bytes, size) = tarball();
    let source = Source::bytes("a.tgz", bytes);
    bencher.counter(BytesCount::new(size)).bench(|| {
        let mut total = 0_usize;
        read(&source, &Limits::default(), &|_| want, &mut |entry| {
            total += entry.bytes.len();
        })
        .unwrap();
        total
    });
}
