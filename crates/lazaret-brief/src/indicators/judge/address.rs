//! IP addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use lazaret_model::Confidence;

use super::{Judge, Judgement, indicator, mentioned};
use crate::indicators::candidate::Candidate;

impl Judge<'_> {
    pub(super) fn address(&self, candidate: &Candidate, at: usize) -> Judgement {
        let bare = candidate.value.split('/').next().unwrap_or_default();
        if let Some(reason) = bare.parse::<Ipv4Addr>().ok().and_then(special_v4) {
            return mentioned(reason);
        }
        if let Ok(address) = bare.parse::<Ipv6Addr>()
            && (address.segments()[0] & 0xffc0 == 0xfe80
                || address.segments()[0] & 0xfe00 == 0xfc00
                || address.segments()[..2] == [0x2001, 0xdb8])
        {
            return mentioned("a private or example address");
        }
        if candidate.defanged {
            return indicator(Confidence::High, "the author defanged it");
        }
        let text = &self.structure.article.text;
        let end = text.floor_char_boundary(at);
        let before = text[text.floor_char_boundary(end.saturating_sub(40))..end]
            .trim_end()
            .to_lowercase();
        let versioned = [
            "version",
            "versions",
            " v",
            "release",
            "firmware",
            "build",
            "chrome/",
            "section",
            "node.js",
            "node",
            "python",
            "docker",
            "kernel",
            "noyau",
            "npm",
            "java",
            "chrome",
            "firefox",
            "windows",
            "linux",
            "versión",
            "версия",
            "версии",
            "版本",
            "バージョン",
        ]
        .iter()
        .any(|word| before.ends_with(word));
        let small = bare.split('.').all(|part| part.len() <= 2) && candidate.port.is_none();
        let sentence = self.sentence(at);
        let later = text[text.floor_char_boundary(at)..]
            .split_once(bare)
            .is_some_and(|(_, rest)| {
                [
                    " and later",
                    " or later",
                    " and newer",
                    " or newer",
                    " and above",
                    " or higher",
                    " and earlier",
                ]
                .iter()
                .any(|word| rest.starts_with(word))
            });
        if versioned
            || later
            || small
                && (sentence.contains("version")
                    || !sentence.malicious && !self.listed(at) && !self.habits.bare)
        {
            return mentioned("a version number");
        }
        if self.listed(at) || self.habits.bare {
            return indicator(Confidence::High, "listed as an indicator");
        }
        if sentence.benign && !sentence.malicious {
            return mentioned("spoken of as harmless");
        }
        indicator(Confidence::Medium, "a public address")
    }
}

pub(super) fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    let [a, b, c, _] = address.octets();
    if address.is_documentation() {
        return Some("an address reserved for examples (RFC 5737)");
    }
    if address == Ipv4Addr::new(169, 254, 169, 254) {
        return Some("the cloud metadata service");
    }
    if address.is_private()
        || address.is_loopback()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_link_local()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
    {
        return Some("a private or special address (RFC 6890)");
    }
    let resolver = matches!(
        [a, b, c],
        [8, 8, 8] | [8, 8, 4] | [1, 1, 1] | [1, 0, 0] | [9, 9, 9] | [208, 67, 222] | [208, 67, 220]
    );
    resolver.then_some("a public DNS resolver")
}
