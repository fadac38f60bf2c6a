//! What a candidate means here: something to block, or something mentioned.
//!
//! An author who defangs a value calls it dangerous; a list headed
//! "Indicators" does too. What is left is decided by what is known of the
//! host and by the words of the sentence.

use std::{
    cell::RefCell,
    net::{Ipv4Addr, Ipv6Addr},
    ops::Range,
    rc::Rc,
};

use lazaret_model::{Confidence, IndicatorKind};

use super::{
    Role,
    candidate::{Candidate, host_of},
    context::Structure,
    lists::{HostKind, Lists},
    package::{Certainty, Named, is_file_name},
};
use crate::article::BlockKind;

/// A judgement with its reason.
pub(super) struct Judgement {
    pub(super) role: Role,
    pub(super) confidence: Confidence,
    pub(super) reason: &'static str,
}

fn indicator(confidence: Confidence, reason: &'static str) -> Judgement {
    Judgement {
        role: Role::Indicator,
        confidence,
        reason,
    }
}

fn mentioned(reason: &'static str) -> Judgement {
    Judgement {
        role: Role::Mentioned,
        confidence: Confidence::High,
        reason,
    }
}

/// What the whole article tells about its habits.
pub(super) struct Habits {
    /// Its author defangs addresses: what stands plain is harmless.
    pub(super) defangs: bool,
    /// It is hardly more than a list.
    pub(super) bare: bool,
    /// Hosts of the article's own site.
    pub(super) own: Vec<String>,
}

pub(super) struct Judge<'a> {
    structure: &'a Structure<'a>,
    lists: &'a Lists,
    habits: Habits,
    last: RefCell<Option<(Range<usize>, Rc<Said>)>>,
}

/// What a sentence says of the values in it.
struct Said {
    lower: String,
    benign: bool,
    malicious: bool,
    /// It speaks of an attack.
    ill: bool,
}

impl std::ops::Deref for Said {
    type Target = str;

    fn deref(&self) -> &str {
        &self.lower
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(structure: &'a Structure<'a>, lists: &'a Lists, habits: Habits) -> Self {
        Self {
            structure,
            lists,
            habits,
            last: RefCell::default(),
        }
    }

    /// Judges `candidate`, which stands at `at` in the article's text.
    pub(super) fn candidate(&self, candidate: &Candidate, at: usize) -> Judgement {
        match candidate.kind {
            IndicatorKind::Domain => self.host(candidate, &candidate.value, at),
            IndicatorKind::Url => self.url(candidate, at),
            IndicatorKind::Ipv4 | IndicatorKind::Ipv6 => self.address(candidate, at),
            IndicatorKind::Email => self.email(candidate, at),
            IndicatorKind::Md5
            | IndicatorKind::Sha1
            | IndicatorKind::Sha256
            | IndicatorKind::Sha512 => self.digest(candidate, at),
            IndicatorKind::Record => mentioned("an identifier of a record"),
            IndicatorKind::FilePath => self.path(candidate, at),
            _ => self.worded(candidate, at),
        }
    }

    /// What the sentence at a place says; the last one is kept, since values
    /// stand in lists.
    fn sentence(&self, at: usize) -> Rc<Said> {
        let range = self.structure.sentence_at(at);
        if let Some((known, said)) = &*self.last.borrow()
            && *known == range
        {
            return Rc::clone(said);
        }
        let lower = self.structure.article.text[range.clone()].to_lowercase();
        let said = Rc::new(Said {
            benign: self.lists.benign.in_text(&lower),
            malicious: self.lists.malicious.in_text(&lower),
            ill: ILL.iter().any(|word| lower.contains(word)),
            lower,
        });
        *self.last.borrow_mut() = Some((range, Rc::clone(&said)));
        said
    }

    fn listed(&self, at: usize) -> bool {
        self.structure.block_at(at).is_some_and(|index| {
            self.structure.in_indicator_section(index)
                && self.structure.block(index).is_some_and(|block| {
                    block.kind != BlockKind::Paragraph
                        || self.structure.article.text[block.range.clone()].len() < 300
                            && !self.sentence(at).benign
                })
        })
    }

    fn in_code(&self, at: usize) -> bool {
        self.structure
            .block_at(at)
            .and_then(|index| self.structure.block(index))
            .is_some_and(|block| block.kind == BlockKind::Code || block.is_code(at))
    }

    fn host(&self, candidate: &Candidate, host: &str, at: usize) -> Judgement {
        if self
            .habits
            .own
            .iter()
            .any(|own| own == host || host.ends_with(&format!(".{own}")))
        {
            return mentioned("the article's own site");
        }
        if is_example(host) {
            return mentioned("a name reserved for examples (RFC 2606)");
        }
        let known = self.lists.host(host);
        match known {
            Some(HostKind::Registry) => return mentioned("a package registry"),
            Some(HostKind::Code) => return mentioned("a host of source code"),
            Some(HostKind::Vendor) => return mentioned("a security vendor or reference"),
            Some(HostKind::Platform) => return mentioned("a well-known platform"),
            // `drop.webhook.site` is someone's, `webhook.site` is not.
            Some(HostKind::Shared) if !is_below_shared(host, self.lists) => {
                return mentioned("a service that anyone can use");
            }
            _ => {}
        }
        if candidate.defanged {
            return indicator(Confidence::High, "the author defanged it");
        }
        if is_file_name(host) || is_code_name(host) {
            return mentioned("a file name or a name in code");
        }
        if self.listed(at) || self.habits.bare {
            return indicator(Confidence::High, "listed as an indicator");
        }
        let sentence = self.sentence(at);
        if sentence.benign {
            return mentioned("spoken of as harmless");
        }
        if self.habits.defangs {
            return mentioned("the author defangs what is dangerous, and did not defang this");
        }
        if sentence.malicious {
            return indicator(Confidence::Medium, "the sentence says what it is for");
        }
        mentioned("nothing says that it is the attacker's")
    }

    fn url(&self, candidate: &Candidate, at: usize) -> Judgement {
        let host = host_of(&candidate.value);
        if self
            .habits
            .own
            .iter()
            .any(|own| own == host || host.ends_with(&format!(".{own}")))
        {
            return mentioned("the article's own site");
        }
        if is_example(host) {
            return mentioned("a name reserved for examples (RFC 2606)");
        }
        if let Ok(address) = host.parse::<Ipv4Addr>()
            && let Some(reason) = special_v4(address)
        {
            return mentioned(reason);
        }
        let path = candidate
            .value
            .split_once("://")
            .map_or(candidate.value.as_str(), |(_, rest)| rest);
        let path = path.find('/').map_or("", |at| &path[at..]);
        let sentence = self.sentence(at);
        let spoken_ill = sentence.malicious && !sentence.benign;
        match self.lists.host(host) {
            Some(HostKind::Registry) => return mentioned("a package's page at its registry"),
            Some(HostKind::Vendor) => return mentioned("a security vendor or reference"),
            Some(HostKind::Platform) if !candidate.defanged => {
                return mentioned("a well-known platform");
            }
            Some(HostKind::Code | HostKind::Shared) => {
                if path.len() <= 1 {
                    return mentioned("a service that anyone can use");
                }
                return if candidate.defanged || self.listed(at) {
                    indicator(
                        Confidence::High,
                        "a place of the attacker's on a shared service",
                    )
                } else if spoken_ill && !self.habits.defangs || self.habits.bare {
                    indicator(Confidence::Medium, "the sentence says what it is for")
                } else {
                    mentioned("a page on a shared service")
                };
            }
            _ => {}
        }
        if candidate.defanged {
            return indicator(Confidence::High, "the author defanged it");
        }
        if self.listed(at) || self.habits.bare {
            return indicator(Confidence::High, "listed as an indicator");
        }
        if self.habits.defangs && !self.in_code(at) {
            return mentioned("the author defangs what is dangerous, and did not defang this");
        }
        if spoken_ill {
            return indicator(Confidence::Medium, "the sentence says what it is for");
        }
        mentioned("nothing says that it is the attacker's")
    }

    fn address(&self, candidate: &Candidate, at: usize) -> Judgement {
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
        if versioned || small && sentence.contains("version") {
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

    fn email(&self, candidate: &Candidate, at: usize) -> Judgement {
        let host = candidate.value.rsplit('@').next().unwrap_or_default();
        let own = self
            .habits
            .own
            .iter()
            .any(|own| own == host || host.ends_with(&format!(".{own}")));
        if own || self.lists.host(host) == Some(HostKind::Vendor) {
            return mentioned("an address to write to");
        }
        if is_example(host) || candidate.value.starts_with("git@") {
            return mentioned("an example");
        }
        if candidate.defanged || self.listed(at) || self.habits.bare {
            return indicator(Confidence::High, "listed or defanged by the author");
        }
        let sentence = self.sentence(at);
        let attackers = [
            "registered",
            "published by",
            "maintainer",
            "author",
            "publisher",
            "account",
            "attacker",
            "exfil",
            "sent to",
            "sends",
        ]
        .iter()
        .any(|word| sentence.contains(word));
        let contact = [
            "contact",
            "report to",
            "reach out to us",
            "reach us",
            "press@",
            "security@",
        ]
        .iter()
        .any(|word| sentence.contains(word));
        if attackers && !contact {
            indicator(Confidence::Medium, "an address of the publisher's")
        } else {
            mentioned("nothing says that it is the attacker's")
        }
    }

    fn digest(&self, candidate: &Candidate, at: usize) -> Judgement {
        let text = &self.structure.article.text;
        let from = text.floor_char_boundary(at.saturating_sub(60));
        let near = text[from..text.floor_char_boundary(at)].to_lowercase();
        let sentence = self.sentence(at);
        // 40 hex digits are a SHA-1 or a git object.
        let pinned = near.ends_with('@')
            || near.ends_with("commit/")
            || near.ends_with("tree/")
            || near.ends_with("blob/");
        let git = [
            "commit",
            "gist",
            "revision",
            "git checkout",
            "uses:",
            "pinned",
            "pull/",
            "git sha",
        ]
        .iter()
        .any(|word| near.contains(word));
        if candidate.kind == IndicatorKind::Sha1 && (pinned || git)
            || candidate.kind == IndicatorKind::Md5
                && (near.contains("gist") || near.contains("uuid") || near.contains("token"))
        {
            return mentioned("the id of a commit, gist or token");
        }
        if sentence.contains("integrity") && sentence.contains("legitimate") {
            return mentioned("spoken of as harmless");
        }
        indicator(Confidence::High, "a digest of a file")
    }

    fn path(&self, candidate: &Candidate, at: usize) -> Judgement {
        let sentence = self.sentence(at);
        let acted_on = [
            "drop",
            "writ",
            "creat",
            "saves",
            "saved",
            "download",
            "copies",
            "copied",
            "install",
            "persist",
            "stores",
            "execut",
            "runs ",
            "launch",
            "places",
            "extract",
            "payload",
            "malicious",
            "malware",
            "backdoor",
            // As German, French, Spanish and Russian tell it.
            "legt ",
            "schreibt",
            "speichert",
            "ajoute",
            "écrit",
            "dépose",
            "télécharge",
            "descarga",
            "escribe",
            "записыва",
            "загружа",
        ]
        .iter()
        .any(|word| sentence.contains(word));
        let stolen = [
            "steal",
            "harvest",
            "collect",
            "reads",
            "search",
            "exfil",
            "targets",
            "looks for",
            "scans",
        ]
        .iter()
        .any(|word| sentence.contains(word));
        let system = [
            "/bin/sh",
            "/bin/bash",
            "/dev/null",
            "/dev/tcp",
            "/etc/passwd",
            "/etc/hosts",
            "/usr/bin/env",
            "/usr/bin/python3",
            "/etc/shadow",
        ]
        .contains(&candidate.value.as_str())
            || candidate.value.starts_with("/dev/tcp");
        if system {
            return mentioned("a file of the system");
        }
        if self.listed(at) {
            return indicator(Confidence::High, "listed as an indicator");
        }
        if acted_on && !stolen {
            indicator(Confidence::Medium, "a file that the malware makes")
        } else {
            mentioned("a file that is spoken of")
        }
    }

    fn worded(&self, candidate: &Candidate, at: usize) -> Judgement {
        let sentence = self.sentence(at);
        if self.listed(at) || candidate.defanged || self.habits.bare {
            return indicator(Confidence::High, "listed as an indicator");
        }
        if sentence.benign && !sentence.malicious {
            return mentioned("spoken of as harmless");
        }
        indicator(Confidence::Medium, "used by the malware as told")
    }

    /// Judges a package that stands at `named.range`.
    pub(super) fn package(&self, named: &Named) -> Judgement {
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
            "not affected",
            "unaffected",
        ]
        .iter()
        .any(|w| near_before.contains(w));
        if remedy {
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
        if spared.contains("unaffected") || spared.contains("not affected") {
            return mentioned("spoken of as harmless");
        }
        if legitimate_after && !sentence.contains("compromised") && !sentence.contains("hijack") {
            return mentioned("spoken of as harmless");
        }
        let in_section = self
            .structure
            .block_at(at)
            .is_some_and(|index| self.structure.in_indicator_section(index));
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
        let referred = named.certainty == Certainty::Explicit
            && at - sentence_range.start.min(at) < 60
            && self
                .lists
                .benign
                .in_text(&lower_between(sentence_range.start, at));
        match named.certainty {
            _ if referred && !sentence.malicious => mentioned("spoken of as harmless"),
            _ if announced => indicator(Confidence::Medium, "listed among packages"),
            Certainty::Listed => indicator(Confidence::High, "listed among packages"),
            _ if in_section && sentence.benign && !sentence.malicious => {
                mentioned("spoken of as harmless")
            }
            _ if in_section => indicator(Confidence::High, "listed as an indicator"),
            _ if sentence.ill => indicator(Confidence::Medium, "the sentence says what it is"),
            Certainty::Explicit if self.habits.bare => {
                indicator(Confidence::High, "listed as an indicator")
            }
            _ => mentioned("nothing says that it is malicious"),
        }
    }
}

/// Parts of words that tell of an attack.
const ILL: &[&str] = &[
    "malicious",
    "malware",
    "trojan",
    "backdoor",
    "compromised",
    "infected",
    "typosquat",
    "rogue",
    "hijack",
    "steal",
    "exfil",
    "attack",
    "payload",
    "suspicious",
    "removed",
    "harmful",
    "published",
    "uploaded",
    "campaign",
    "threat actor",
    "poisoned",
    "phish",
    "spam",
    "affected",
    "downloads",
    "phantom",
    "fraudulent",
    "inserted into",
    "injected",
    "deceptive",
    "insidious",
    "drainer",
    "clipper",
    "malicios",
    "schadhaft",
    "bösartig",
    "malveillant",
    "contraffatt",
    "dannos",
    "шкідлив",
    "вредонос",
    "恶意",
    "惡意",
    "悪意",
    "窃取",
    "マルウェア",
    "악성",
    "schadcode",
    "schadsoftware",
    "roban",
    "malici",
    "piégé",
    "imitates",
    "impersonates",
    "moved to commit",
    "moved to a malicious",
    "обнаруж",
    "опубликов",
    "descubiert",
    "publicad",
    "entdeckt",
    "veröffentlicht",
    "laden nach",
    "découver",
    "publié",
    "发现",
    "発見",
    "公開され",
    "deployed",
    "dropper",
    "command-and-control",
    "rat,",
    "rat ",
    "worm",
    "miner",
    "keylog",
    "wiper",
    "obfuscat",
];

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

/// RFC 2606 and RFC 6761 names, and the usual placeholders.
fn is_example(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    matches!(
        last,
        "example" | "test" | "invalid" | "localhost" | "local" | "internal"
    ) || [
        "example.com",
        "example.org",
        "example.net",
        "domain.com",
        "yourdomain.com",
    ]
    .iter()
    .any(|name| host == *name || host.ends_with(&format!(".{name}")))
}

/// Whether the host is a name that one customer has on a shared service.
fn is_below_shared(host: &str, lists: &Lists) -> bool {
    const SERVICES: &[&str] = &[
        "www", "api", "cdn", "hooks", "media", "app", "docs", "drive", "storage", "s3", "raw",
        "discord", "canary", "ptb", "eu", "us",
    ];
    match host.split_once('.') {
        Some((label, above)) => lists.host(above).is_some() && !SERVICES.contains(&label),
        None => false,
    }
}

/// Undefanged names that are usually code: `os.name`, `process.env`,
/// `console.log`. Endings that are both a registered top-level domain and a
/// usual member name.
fn is_code_name(host: &str) -> bool {
    const MEMBERS: &[&str] = &[
        "app",
        "bar",
        "call",
        "cat",
        "click",
        "codes",
        "computer",
        "country",
        "date",
        "dev",
        "direct",
        "download",
        "email",
        "exchange",
        "family",
        "foo",
        "global",
        "group",
        "host",
        "id",
        "info",
        "int",
        "is",
        "it",
        "link",
        "live",
        "ls",
        "map",
        "me",
        "name",
        "navigator",
        "new",
        "now",
        "open",
        "page",
        "pid",
        "post",
        "prod",
        "py",
        "read",
        "run",
        "sc",
        "search",
        "security",
        "services",
        "show",
        "so",
        "store",
        "stream",
        "support",
        "sy",
        "sys",
        "to",
        "tools",
        "trade",
        "wang",
        "watch",
        "win",
        "work",
        "zip",
    ];
    const OBJECTS: &[&str] = &[
        "app",
        "array",
        "asyncio",
        "base64",
        "buffer",
        "child_process",
        "console",
        "crypto",
        "ctypes",
        "document",
        "event",
        "exports",
        "fs",
        "function",
        "http",
        "https",
        "json",
        "math",
        "module",
        "navigator",
        "net",
        "number",
        "object",
        "os",
        "package",
        "path",
        "process",
        "promise",
        "re",
        "req",
        "request",
        "requests",
        "res",
        "response",
        "self",
        "shutil",
        "socket",
        "string",
        "subprocess",
        "sys",
        "system",
        "this",
        "thread",
        "threading",
        "time",
        "urllib",
        "util",
        "window",
    ];
    let Some((first, rest)) = host.split_once('.') else {
        return false;
    };
    let last = rest.rsplit('.').next().unwrap_or_default();
    OBJECTS.contains(&first) && (MEMBERS.contains(&last) || OBJECTS.contains(&last))
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
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
