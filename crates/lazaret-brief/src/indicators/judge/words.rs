//! Words around a package's name that say what it is to the reader.

/// Before the name of what another is made to look like.
pub(super) const IMITATED: &[&str] = &[
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
    "confused with",
    "variation of",
    "variations of",
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
    "ahmt",
];

/// Right before the name of what is genuine.
pub(super) const GENUINE: &[&str] = &[
    "legitim",
    "legit ",
    "real ",
    "genuine",
    "original",
    "authentic",
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
];

/// Before a name that is known or taken aim at: what is imitated, or what was taken
/// over.
pub(super) const PRAISED: &[&str] = &[
    "popular",
    "reputable",
    "trusted",
    "official",
    "well-known",
    "widely used",
    "widely-used",
    "fork of",
    "based on",
    "instead of",
    "such popular",
    "copy of",
    "copied from",
    "targeting",
    "targeted",
    "inspired by",
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

/// Before a name that is the attacker's.
pub(super) const BAD_BEFORE: &[&str] = &[
    "malware",
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
];

/// Anywhere near a name that is.
pub(super) const BAD_NEAR: &[&str] = &[
    "malicious",
    "trojanized",
    "trojanised",
    "backdoored",
    "compromised",
    "infected",
    "rogue",
    "fake ",
];

/// What was done to a package that many trust.
pub(super) const TAKEN_OVER: &[&str] = &[
    "tampered",
    "taken over",
    "compromised",
    "hijack",
    "infected",
    "backdoored",
    "trojan",
    "poisoned",
];

/// Before what is only made use of.
pub(super) const USED: &[&str] = &[
    "use the",
    "switch to",
    "migrate to",
    "replace it with",
    "required by",
    "dependency of",
    "overwrites",
    "patches",
    "monkey-patches",
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
];

/// Before what is to be taken instead.
pub(super) const REMEDY: &[&str] = &[
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
];

/// Right before a version that bounds those that are bad, and is none of them.
pub(super) const BOUND: &[&str] = &[
    "above version",
    "above",
    "later than",
    "newer than",
    "up to",
];

/// After it.
pub(super) const REMEDY_AFTER: &[&str] = &[
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
];

/// Before a list of what is to be taken instead.
pub(super) const CLEAN: &[&str] = &[
    "clean release",
    "clean version",
    "fixed release",
    "fixed version",
    "safe release",
    "safe version",
    "patched release",
    "patched version",
];

/// Before a list of what is not.
pub(super) const AFFECTED: &[&str] = &["malicious", "compromised", "infected", "affected"];

/// After a name that is harmless.
pub(super) const LEGITIMATE_AFTER: &[&str] = &[
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
];

/// In the clause after it.
pub(super) const SPARED: &[&str] = &[
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
];

/// Between two clauses: the last one counts.
pub(super) const CUTS_BEFORE: &[&str] = &[
    ", while ",
    ", whereas ",
    "; ",
    ", but ",
    ", während ",
    ", tandis que ",
];

/// Between two clauses: the first one counts.
pub(super) const CUTS_AFTER: &[&str] = &[
    ", but",
    ", while",
    "; ",
    ", aber",
    " während",
    "；",
    "，而",
    ", mais",
    ", pero",
];
