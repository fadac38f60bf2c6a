//! Logs of every format: no bytes may panic or hang, and every record that
//! cannot be read is counted.
#![no_main]

use lazaret_events::{ReadOptions, open_stream};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let data = data.to_vec();
    let Ok(mut reader) = open_stream("-", std::io::Cursor::new(data), ReadOptions::default())
    else {
        return;
    };
    let mut unreadable = 0;
    for event in reader.by_ref().take(10_000) {
        match event {
            Ok(event) => {
                let _ = event.sigma_field("Image");
                let _ = event.sigma_field("CommandLine");
            }
            Err(_) => unreadable += 1,
        }
    }
    assert!(reader.report().unreadable >= unreadable);
});
