//! What an article tells to install instead, and what is made to look like
//! another, by the words around a package.

use super::Judge;
use crate::indicators::{
    package::{Certainty, Named},
    release::advises,
};

phrases!(
    /// Beginnings of headings over what is to be installed instead.
    REMEDIES,
    "\
    abhilfe, clean version, correctif, fix, lösung, patch, safe version, solución, \
    solution, workaround \
    "
);

pattern!(
    REMOVED,
    r"(?i)\b(?:remov\w*|uninstall\w*|delet\w*|block\w*|avoid\w*|if you (?:have|use|installed)|entfern\w*|deinstall\w*|supprim\w*|elimin\w*|desinstal\w*)\b"
);
pattern!(
    /// What follows the name of a package that is made to look like another.
    IMITATES,
    r"^[^\w,.;]{0,3}(?:(?:package|library|module|crate|gem) )?(?:, (?:which|that) )?(?:[a-z]+ly )?(?:(?:is|are|was|were) (?:[a-z]+ly )?(?:mimicking|impersonating|imitating|typosquatting|masquerading as|posing as|pretending to be)|mimic(?:s|ked)?|impersonate[sd]?|imitate[sd]?|pretend(?:s|ed)? to be|pose[sd]? as|masquerade[sd]? as|typosquats|typosquatted|(?:is |was |, )an? (?:[a-z]+ )?(?:typosquat|look-?alike|copycat|imitation) of|squats on|passes itself off as|ahmt|imite|usurpe|suplanta|imita|se fait passer|se hace pasar|gibt sich als|は[^。]{0,20}(?:装っ|なりすま)|伪装|冒充|仿冒)"
);

/// Whether what follows a name says that it imitates another.
pub(super) fn imitates(after: &str) -> bool {
    IMITATES.is_match(after)
}

impl Judge<'_> {
    /// Whether the version is one to take: told so by the sentence up to it
    /// (`before`), by what leads to the code it stands in, or by the heading.
    pub(super) fn is_advised(&self, named: &Named, before: &str) -> bool {
        let at = named.range.start;
        let led = || {
            self.structure
                .lead(at)
                .is_some_and(|lead| advises(&lead.trim_end_matches([':', ' ']).to_lowercase()))
        };
        let headed = || {
            named.certainty != Certainty::Listed
                && self
                    .structure
                    .block_at(at)
                    .and_then(|index| self.structure.headings(index).last())
                    .is_some_and(|heading| REMEDIES.iter().any(|word| heading.starts_with(word)))
                && !REMOVED.is_match(&self.sentence(at))
        };
        named.package.version().is_some() && (advises(before) || led()) || headed()
    }
}
