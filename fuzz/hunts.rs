//! What the targets `kql` and `spl` share: any text is planned or refused with a
//! located reason, never a panic; a translation reads as the other language.

use std::sync::LazyLock;

use lazaret_hunt::{Class, Hunt, HuntError, Language, Options};

static HUNT: LazyLock<Hunt> = LazyLock::new(|| {
    Hunt::new(Options {
        now: Some(0),
        threads: 1,
        timeout: std::time::Duration::from_secs(10),
        ..Options::default()
    })
    .expect("the shipped schemas load")
});

pub fn read(language: Language, data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for part in Hunt::split(language, text) {
        match HUNT.check(language, part) {
            Err(HuntError::Hunt(list)) => {
                assert!(!list.is_empty());
                for diagnostic in list {
                    assert!(diagnostic.span.start <= part.len());
                    let _ = diagnostic.render(part);
                }
            }
            Err(error) => assert!(error.class() != Class::Engine, "{error}"),
            Ok(_) => {
                if let Ok(other) = HUNT.translate(language, part) {
                    let _ = HUNT.check(other.language, &other.text);
                }
            }
        }
    }
}
