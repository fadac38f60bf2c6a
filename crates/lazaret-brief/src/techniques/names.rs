//! Names and addresses are no words: a library called `node-fetch` fetches
//! nothing, and the page "…/remote-code-execution" executes nothing.

use std::{borrow::Cow, ops::Range};

use crate::article::holds;

pattern!(
    /// An address with its path, a host with hyphens, a name with hyphens.
    NAME,
    r"(?P<host>\b(?:https?|hxxps?)(?:://|\[:\]//)[^\s/?#]+)(?P<path>[/?#][^\s)\]>]*)?|\b[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+(?:(?:\.|\[\.\]|\(\.\))[A-Za-z0-9-]+)*\b"
);

/// The text with paths of addresses left out, and with what is called by a
/// name as one word: hosts, and what is set as code (`code`, by the places in
/// the whole text, in which this begins at `base`).
pub(super) fn as_words<'t>(text: &'t str, base: usize, code: &[Range<usize>]) -> Cow<'t, str> {
    NAME.replace_all(text, |captures: &regex::Captures<'_>| {
        let whole = &captures[0];
        let at = base + captures.get(0).map_or(0, |m| m.start());
        match captures.name("host") {
            Some(host) => host.as_str().replace('-', ""),
            None if whole.contains('.') || holds(code, at) => whole.replace('-', ""),
            None => whole.to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_word_and_words_stay() {
        for (text, expected) in [
            ("a post-install hook", "a post-install hook"),
            (
                "to pool.xmr-proxy[.]com today",
                "to pool.xmrproxy[.]com today",
            ),
            ("at xmr-proxy.example.com", "at xmrproxy.example.com"),
            (
                "see https://a-b.example.com/remote-code (1)",
                "see https://ab.example.com (1)",
            ),
        ] {
            assert_eq!(as_words(text, 0, &[]), expected, "{text}");
        }
        assert_eq!(
            as_words("it uses node-fetch now", 0, std::slice::from_ref(&(8..18))),
            "it uses nodefetch now"
        );
    }
}
