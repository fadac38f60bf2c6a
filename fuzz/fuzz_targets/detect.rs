//! Logs through every analytic: no events, in whatever order and however
//! broken, may panic or hang.
#![no_main]

use std::sync::{Arc, OnceLock};

use lazaret_content::Content;
use lazaret_detect::{AnalyticSet, Detector, Elements, Options};
use lazaret_events::{ReadOptions, open_stream};
use libfuzzer_sys::fuzz_target;

static LOADED: OnceLock<(Content, Arc<AnalyticSet>)> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let (content, set) = LOADED.get_or_init(|| {
        let content = Content::shipped();
        let set = AnalyticSet::load(&content, &Elements::default()).expect("shipped content");
        (content, Arc::new(set))
    });
    let input = std::io::Cursor::new(data.to_vec());
    let Ok(reader) = open_stream("-", input, ReadOptions::default()) else {
        return;
    };
    let mut detector =
        Detector::with(Arc::clone(set), content, &Options::default()).expect("shipped content");
    for event in reader.flatten().take(2_000) {
        detector.push(&event);
    }
    detector.finish();
    let _ = detector.into_alerts();
});
