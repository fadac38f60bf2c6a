//! Packages.

use lazaret_model::Confidence;

use super::{Judge, Judgement, advice, indicator, mentioned};
use crate::article::BlockKind;
use crate::indicators::package::{Certainty, Named};

impl Judge<'_> {
    /// Judges a package that stands at `named.range`.
    pub(in crate::indicators) fn package(&self, named: &Named) -> Judgement {
        let at = named.range.start;
        let text = &self.structure.article.text;
        let sentence_range = self.structure.sentence_at(at);
        let sentence = self.sentence(at);
        let lower_between = |start: usize, end: usize| {
            let start = text.ceil_char_boundary(start.max(sentence_range.start).min(at));
            text.get(start..end).unwrap_or_default().to_lowercase()
        };
        let near_before = lower_between(at.saturating_sub(90), at);
        let after = named.range.end.min(sentence_range.end);
        let after = &text[after..sentence_range.end];
        let near = |most: usize| after[..after.floor_char_boundary(most)].to_lowercase();
        let near_after = &*near(45);
        let spared = near(120);

        let imitated = [
            "legitim",
            "legit ",
            "popular",
            "reputable",
            "trusted",
            "real ",
            "genuine",
            "original",
            "official",
            "authentic",
            "well-known",
            "widely used",
            "widely-used",
            "typosquat of",
            "typosquatting of",
            "typosquats of",
            "typosquatting",
            "typosquats",
            "misspelling of",
            "mimic",
            "mimics",
            "mimicking",
            "impersonat",
            "imitat",
            "masquerad",
            "posing as",
            "pose as",
            "poses as",
            "pretend",
            "disguised as",
            "similar to",
            "resembl",
            "lookalike of",
            "look like",
            "clone of",
            "fork of",
            "based on",
            "instead of",
            "such popular",
            "confused with",
            "variation of",
            "variations of",
            "copy of",
            "copied from",
            "targeting",
            "targeted",
            "inspired by",
            "imite ",
            "imita ",
            "imitiert",
            "nachahm",
            "se fait passer pour",
            "se font passer pour",
            "hacen pasar por",
            "hace pasar por",
            "gibt sich als",
            "geben sich als",
            "usurpe",
            "выдает себя за",
            "маскиру",
            "подраж",
            "伪装",
            "仿冒",
            "冒充",
            "装った",
            "模倣",
            "legittim",
            "legítim",
            "légitime",
            "oficial",
            "offiziell",
            "officiel",
            "легитимн",
            "официальн",
            "оригинальн",
            "官方",
            "公式",
            "正規",
            "ahmt",
            "beliebte",
            "bekannte",
            "populaire",
            "célèbre",
            "connue",
            "conocid",
            "populares",
            "популярн",
            "人気の",
            "有名な",
            "知名",
            "流行的",
        ];
        let malicious_between = |part: &str| {
            [
                "malicious",
                "trojanized",
                "trojanised",
                "backdoored",
                "compromised",
                "infected",
                "rogue",
                "fake ",
            ]
            .iter()
            .any(|w| part.contains(w))
        };
        // "foo mimics bar, while baz pretends to be qux": the last clause counts.
        let near_before = [
            ", while ",
            ", whereas ",
            "; ",
            ", but ",
            ", während ",
            ", tandis que ",
        ]
        .iter()
        .filter_map(|cut| near_before.rfind(cut))
        .max()
        .map_or(&*near_before, |cut| &near_before[cut..]);
        if advice::imitates(near_after) && named.package.name().len() > 2 {
            return indicator(Confidence::Medium, "it imitates another");
        }
        let last_imitated = imitated.iter().filter_map(|w| near_before.rfind(w)).max();
        let last_bad = [
            "malicious",
            "trojan",
            "backdoored",
            "compromised",
            "infected",
            "rogue",
            "fake ",
            "called",
            "named",
            "dubbed",
        ]
        .iter()
        .filter_map(|w| near_before.rfind(w))
        .max();
        // "compromised 18 popular packages including": taken over, not imitated.
        let praised = [
            "legitim",
            "popular",
            "reputable",
            "trusted",
            "official",
            "well-known",
            "widely used",
        ];
        let taken_over = [
            "compromised",
            "hijack",
            "infected",
            "backdoored",
            "trojan",
            "poisoned",
        ]
        .iter()
        .any(|w| near_before.contains(w))
            && !imitated
                .iter()
                .any(|w| !praised.contains(w) && near_before.contains(w));
        if last_imitated.is_some()
            && !taken_over
            && last_imitated > last_bad
            && !malicious_between(near_after)
        {
            return mentioned("the package that is imitated");
        }
        let last_used = [
            "uses the",
            "using the",
            "use of the",
            "leverages the",
            "abuses the",
            "relies on",
            "depends on",
            "requires the",
            "imports the",
            "with the help of",
        ]
        .iter()
        .filter_map(|w| near_before.rfind(w))
        .max();
        if last_used.is_some() && last_used > last_bad && !malicious_between(near_after) {
            return mentioned("a package that is made use of");
        }
        if is_placeholder(named.package.name()) {
            return mentioned("a placeholder");
        }
        let remedy = [
            "upgrade to",
            "update to",
            "downgrade to",
            "patched in",
            "fixed in",
            "safe version",
            "clean version",
            "roll back to",
            "revert to",
            "pin to",
            "stay on",
            "install with",
            "fix with",
            "remain on",
            "last good version",
            "last clean version",
            "pinned to",
            "aktualisieren auf",
            "actualizar a",
            "actualice a",
            "mettre à jour vers",
            "passer à",
            "更新到",
            "升级到",
            "升級至",
            "not affected",
            "unaffected",
        ]
        .iter()
        .any(|w| near_before.contains(w));
        let remedy_after = [
            "aktualisier",
            "actualiz",
            "mettre à jour",
            "に更新",
            "へ更新",
            "にアップデート",
            "へアップデート",
            "is clean",
            "is safe",
            "is the fixed",
            "fixes",
        ]
        .iter()
        .any(|w| near_after.contains(w));
        // "Clean releases are available: a, b and c"
        let prefix = lower_between(at.saturating_sub(400), at);
        let clean = [
            "clean release",
            "clean version",
            "fixed release",
            "fixed version",
            "safe release",
            "safe version",
            "patched release",
            "patched version",
        ]
        .iter()
        .filter_map(|word| prefix.rfind(word))
        .max();
        let bad = ["malicious", "compromised", "infected", "affected"]
            .iter()
            .filter_map(|word| prefix.rfind(word))
            .max();
        // "Pin foo to 1.8.5", "Install foo 1.2.1 or bar 2.0": what is to be taken.
        let advised = self.is_advised(named, &lower_between(sentence_range.start, at));
        let remedy = remedy || advised || clean.is_some() && clean > bad;
        if remedy || remedy_after && !near_after.contains("malicious") {
            return mentioned("a version that is safe");
        }
        let legitimate_after = [
            "is a popular",
            "is a legitimate",
            "is the official",
            "is a widely",
            "is a well-known",
            "is legitimate",
            "'s legitimate",
            "is not affected",
            "are not affected",
            "is unaffected",
            "ist nicht betroffen",
            "no está afectad",
            "no se ve afectad",
            "n'est pas concern",
            "n'est pas affect",
            "не затронут",
            "безопас",
            "不受影响",
            "不受影響",
            "は影響を受け",
        ]
        .iter()
        .any(|w| {
            near_after
                .trim_start_matches(['"', '\'', '`', '”', ',', ' '])
                .starts_with(w)
        });
        // "A is affected, but B is not": only the clause counts.
        let clause = [
            ", but",
            ", while",
            "; ",
            ", aber",
            " während",
            "；",
            "，而",
            ", mais",
            ", pero",
        ]
        .iter()
        .filter_map(|cut| spared.find(cut))
        .min()
        .map_or(&*spared, |cut| &spared[..cut]);
        let is_spared = [
            "is clean",
            "are clean",
            "is fine",
            "are fine",
            "is harmless",
            "are harmless",
            "is benign",
            "are benign",
            "never touched",
            "not part of",
            "not concerned",
            "not involved",
            "not count",
            "not touched",
            "untouched",
            "ist sauber",
            "sind sauber",
            "harmlos",
            "unaffected",
            "not affected",
            "not impacted",
            "not malicious",
            "not compromised",
            "nicht betroffen",
            "no está",
            "no se ven",
            "n'est pas",
            "ne sont pas",
            "non sono",
            "non è",
            "não foi",
            "não foram",
            "não é",
            "não são",
            "не затронут",
            "不受影响",
            "影響を受けませ",
            "影響はありませ",
        ]
        .iter()
        .any(|word| clause.contains(word));
        if is_spared {
            return mentioned(super::HARMLESS);
        }
        if legitimate_after && !sentence.contains("compromised") && !sentence.contains("hijack") {
            return mentioned(super::HARMLESS);
        }
        let in_section = self
            .structure
            .block_at(at)
            .is_some_and(|index| self.structure.in_indicator_section(index));
        // A section of digests or addresses says nothing of packages.
        let in_section = in_section
            && !self
                .structure
                .block_at(at)
                .and_then(|index| self.structure.headings(index).last())
                .is_some_and(|heading| {
                    [
                        "hash",
                        "sha",
                        "checksum",
                        "network",
                        "domain",
                        "url",
                        "ip",
                        "file",
                        "host",
                        "prüfsumme",
                        "wallet",
                    ]
                    .iter()
                    .any(|word| heading.starts_with(word))
                });
        // What announces a list, says what its entries are.
        let announced = self.structure.block_at(at).is_some_and(|index| {
            self.structure
                .block(index)
                .is_some_and(|b| matches!(b.kind, BlockKind::Item | BlockKind::Row))
                && self.structure.announcement(index).is_some_and(|text| {
                    let text = text.to_lowercase();
                    text.contains("package")
                        && [
                            "actor",
                            "malicious",
                            "added",
                            "campaign",
                            "compromised",
                            "new ",
                        ]
                        .iter()
                        .any(|word| text.contains(word))
                })
        });
        // "The images are a and b": no more than their names is said of them.
        let told = {
            let before = lower_between(sentence_range.start, at);
            THESE.is_match(&before) || before.len() < 60 && FOUND.is_match(&before)
        } && !sentence.benign;
        let referred = named.certainty == Certainty::Explicit
            && at - sentence_range.start.min(at) < 60
            && self
                .lists
                .benign
                .in_text(&lower_between(sentence_range.start, at));
        match named.certainty {
            _ if referred && !sentence.malicious => mentioned(super::HARMLESS),
            _ if told && self.structure.block_at(at).is_some() && !referred => {
                indicator(Confidence::Medium, "listed among packages")
            }
            _ if announced => indicator(Confidence::Medium, "listed among packages"),
            Certainty::Listed => indicator(Confidence::High, "listed among packages"),
            _ if in_section && sentence.benign && !sentence.malicious => mentioned(super::HARMLESS),
            _ if in_section => indicator(Confidence::High, "listed as an indicator"),
            _ if sentence.ill => indicator(Confidence::Medium, "the sentence says what it is"),
            Certainty::Explicit if self.habits.bare => {
                indicator(Confidence::High, "listed as an indicator")
            }
            _ if self.is_told(named, near_before, sentence.benign) => {
                indicator(Confidence::Low, "named where an article tells of an attack")
            }
            _ => mentioned("nothing says that it is malicious"),
        }
    }
}

pattern!(
    FOUND,
    r"^(?:we|our (?:team|scanners?|researchers?|systems?))(?: have| has)?(?: also| recently)? (?:found|discovered|identified|detected|spotted|uncovered|flagged|came across)\b"
);
pattern!(
    THESE,
    r"(?i)^(?:the|these|those|all|die|diese|los|las|les|gli|le) [^.]{0,40}\b(?:packages|images|extensions|gems|crates|libraries|modules|pakete|erweiterungen|paquetes|paquets|pacchetti)\b(?: in question| involved| identified| found| concerned| affected)* (?:are|were|sind|waren|son|sont|sono)\b"
);

impl Judge<'_> {
    /// Whether an article on an attack names the package in a way that leaves
    /// little else for it to be: with a version, or set apart in a paragraph
    /// that tells of the attack. What it makes use of, and what many use, is not.
    fn is_told(&self, named: &Named, near_before: &str, benign: bool) -> bool {
        if !self.habits.attack || benign {
            return false;
        }
        // A row says in a word what was found.
        let sentence = self.sentence(named.range.start);
        if ["\tclean", "\tbenign", "\tsafe", "\tok", "\tunaffected"]
            .iter()
            .any(|word| sentence.contains(word))
        {
            return false;
        }
        let lead = near_before.trim_end_matches([' ', '`', '"', '\'', '“', '(']);
        let used = [
            "uses", "using", "via", "with", "through", "imports", "requires", "calls", "runs",
            "spawns", "executes", "invokes", "by", "than", "on", "our", "like",
        ]
        .iter()
        .any(|word| {
            lead.strip_suffix(word)
                .is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
        });
        let joined = ["joined by", "followed by", "accompanied by"]
            .iter()
            .any(|word| lead.ends_with(word));
        if used && !joined
            || self
                .lists
                .is_popular(named.package.ecosystem(), named.package.name())
        {
            return false;
        }
        if named.package.version().is_some() {
            return true;
        }
        let Some(block) = self
            .structure
            .block_at(named.range.start)
            .and_then(|index| self.structure.block(index))
        else {
            return false;
        };
        let whole = self.structure.article.text.as_str();
        let quoted =
            whole[..named.range.start].ends_with(['"', '\'', '“', '‘', '„', '«', '「', '`']);
        if !(quoted
            || block.is_code(named.range.start)
            || crate::article::holds(&block.bold, named.range.start))
        {
            return false;
        }
        let text = &whole[block.range.clone()];
        self.habits.titled || text.len() < 4000 && self.lists.speaks_of_attack(&text.to_lowercase())
    }
}

/// Names that stand for any package.
fn is_placeholder(name: &str) -> bool {
    matches!(
        name,
        "package-name"
            | "package_name"
            | "package"
            | "some-package"
            | "your-package"
            | "my-package"
            | "example-package"
            | "example"
            | "foo"
            | "bar"
    ) || name.contains("/example/")
        || name.starts_with("example.com/")
}
