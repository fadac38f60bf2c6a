//! Articles: no text may panic, and every span leads back into the text.
#![no_main]

use std::sync::LazyLock;

use lazaret_brief::{Briefer, article::Article, output};
use lazaret_content::Content;
use libfuzzer_sys::fuzz_target;

static BRIEFER: LazyLock<Briefer> =
    LazyLock::new(|| Briefer::load(&Content::shipped()).expect("the shipped techniques"));

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for article in [Article::from_html(&text), Article::from_markdown(&text), Article::from_text(&text)] {
        let brief = BRIEFER.brief(&article);
        for found in brief.indicators.iter().chain(&brief.mentioned) {
            assert!(article.text.get(found.span.clone()).is_some());
        }
        let _ = output::markdown(&brief);
        let _ = output::stix(&brief);
    }
});
