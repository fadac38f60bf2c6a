//! Names in quotes or set as code that a sentence says were published: "the
//! author had uploaded "timer-pro" the week before, and "weatherly" a day later".

use super::{
    Certainty, Finder,
    name::{is_file_name, is_whole, looks_like_name},
    words::is_bare,
};

pattern!(
    PUBLISHED,
    r"(?i)\b(?:uploaded|published|released|pushed|planted|registered|re-?uploaded|veröffentlichte|publicó|subió|pubblicato|a publié|ont publié)(?: (?:a|an|the|another|also|yet|first|second|third|new|malicious|package|packages|version of|gem|crate|module|library|called|named|by him|by them|el|la|le|il|paquete|paquet|pacchetto)){0,5} $"
);
pattern!(
    WAS_PUBLISHED,
    r"^,? (?:which |that )?(?:was |were )?(?:first |also )?(?:uploaded|published|released|pushed) (?:on|in|to|by|at)\b"
);
pattern!(
    QUOTED,
    r"[\x22'\u{201c}\u{2018}\u{201e}\u{ab}\u{300c}][ \u{a0}\u{202f}]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])[ \u{a0}\u{202f}]?,?[\x22'\u{201d}\u{201c}\u{2019}\u{bb}\u{300d}]"
);

pattern!(
    /// Between two things that a sentence sets apart: the second is no package.
    NOT_NAMES,
    r"(?i)\b(?:account|user|maintainer|publisher|author|by|file|function|script|method|to|branch|repository|domain)\b"
);

pattern!(
    /// "foo-bar on npm", "foo-bar (npm)"
    ON,
    r"(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])(?P<mark>[\x22'`\u{201d}\u{201c}\u{bb}]?) (?:\((?:npm|PyPI|RubyGems|crates\.io|NuGet)\)|\(?(?:on|auf|bei|sur|en|su) (?:the )?(?:npm|PyPI|RubyGems|crates\.io|NuGet)\b)"
);

impl Finder<'_> {
    /// Names that are said to be on a registry.
    fn placed(&self, index: usize, found: &mut Vec<super::Named>) {
        let Some(block) = self.structure.block(index) else {
            return;
        };
        let text = &self.structure.article.text[block.range.clone()];
        for captures in ON.captures_iter(text) {
            let Some(m) = captures.name("name") else {
                continue;
            };
            let name = m.as_str();
            let range = block.range.start + m.start()..block.range.start + m.end();
            let marked = !captures["mark"].is_empty() || block.is_code(range.start);
            // "look-alikes typo-squatted on npm"
            let inflected = ["ed", "ing", "able", "ly", "es"]
                .iter()
                .any(|end| name.ends_with(end));
            if !is_file_name(name) && looks_like_name(name) && (marked || !inflected) {
                self.push_versions(found, name, range, Certainty::Worded);
            }
        }
    }

    /// Names that are marked and follow a word for publishing.
    pub(super) fn quoted(&self, index: usize, found: &mut Vec<super::Named>) {
        let Some(block) = self.prose(index) else {
            return;
        };
        self.placed(index, found);
        let text = self.structure.article.text.as_str();
        let base = block.range.start;
        let mut spans: Vec<_> = QUOTED
            .captures_iter(&text[block.range.clone()])
            .filter_map(|captures| captures.name("name"))
            .map(|m| base + m.start()..base + m.end())
            .chain(block.code.iter().cloned())
            .chain(block.bold.iter().cloned())
            .collect();
        spans.sort_by_key(|span| span.start);
        let mut told: Option<usize> = None;
        for span in spans {
            let is_bold =
                !block.is_code(span.start) && crate::article::holds(&block.bold, span.start);
            let sentence = self.structure.sentence_at(span.start);
            let from = text.ceil_char_boundary(
                span.start
                    .saturating_sub(80)
                    .max(sentence.start)
                    .min(span.start),
            );
            let lead = text[from..span.start].trim_end_matches(super::name::OPENS);
            // "uploaded `foo` the week before, and `bar` a day later"
            let goes_on = told.is_some_and(|end| {
                let between = text.get(end..span.start).unwrap_or_default();
                end >= sentence.start
                    && between.len() <= 48
                    && between.contains([',', ';', '、', '，']) | between.contains(" and ")
                    && !NOT_NAMES.is_match(between)
            });
            // "began with `foo`, uploaded in May"
            let behind =
                text[span.end..sentence.end.max(span.end)].trim_start_matches(super::name::CLOSES);
            told = match PUBLISHED.is_match(lead) || WAS_PUBLISHED.is_match(behind) || goes_on {
                true => Some(span.end),
                false => None,
            };
            let name = &text[span.clone()];
            if told.is_some()
                && is_whole(name)
                && !is_file_name(name)
                && (looks_like_name(name) || is_bare(name) && !is_bold)
            {
                self.push_versions(found, name, span, Certainty::Worded);
            }
        }
    }
}
