//! Names and addresses are no words: a library called `node-fetch` fetches
//! nothing, and the page "…/remote-code-execution" executes nothing.

use std::{borrow::Cow, collections::HashSet, ops::Range};

use crate::article::holds;

pattern!(
    /// An address with its path, a host with hyphens, a name with hyphens.
    NAME,
    r"(?P<host>\b(?:https?|hxxps?)(?:://|\[:\]//)[^\s/?#]+)(?P<path>[/?#][^\s)\]>]*)?|(?P<ip>\b\d{1,3}(?:\[?\.\]?\d{1,3}){3}\b)|\b[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)+(?:(?:\.|\[\.\]|\(\.\))[A-Za-z0-9-]+)*\b"
);

/// The text with paths of addresses left out, and with what is called by a
/// name as one word: hosts, and what is set as code (`code`, by the places in
/// the whole text, in which this begins at `base`), figures with what they
/// count, and packages (`known`, lower case).
pub(super) fn as_words<'t>(
    text: &'t str,
    base: usize,
    code: &[Range<usize>],
    known: &HashSet<String>,
) -> Cow<'t, str> {
    NAME.replace_all(text, |captures: &regex::Captures<'_>| {
        let whole = &captures[0];
        let at = base + captures.get(0).map_or(0, |m| m.start());
        if captures.name("ip").is_some() && !is_local(whole) {
            return "ipaddress".to_owned();
        }
        match captures.name("host") {
            Some(host) => host.as_str().replace('-', ""),
            None if known.contains(&whole.to_lowercase()) => whole.replace(['-', '_'], ""),
            None if whole.contains('.')
                || whole.starts_with(|c: char| c.is_ascii_digit())
                || holds(code, at) =>
            {
                whole.replace('-', "")
            }
            None => whole.to_owned(),
        }
    })
}

/// Addresses of the machine, of its network and of its cloud, which sentences
/// name for what they are.
fn is_local(address: &str) -> bool {
    ["0.", "10.", "127.", "169.254.", "192.168."]
        .iter()
        .any(|start| address.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_word_and_words_stay() {
        for (text, expected) in [
            ("a post-install hook", "a post-install hook"),
            ("sends it to 192.0.2[.]1:80", "sends it to ipaddress:80"),
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
            assert_eq!(as_words(text, 0, &[], &HashSet::new()), expected, "{text}");
        }
        assert_eq!(
            as_words(
                "it uses node-fetch now",
                0,
                std::slice::from_ref(&(8..18)),
                &HashSet::new()
            ),
            "it uses nodefetch now"
        );
        let known = HashSet::from(["cron_parser".to_owned()]);
        assert_eq!(
            as_words("the cron_parser gem", 0, &[], &known),
            "the cronparser gem"
        );
    }
}
