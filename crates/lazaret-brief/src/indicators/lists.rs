//! The word and host lists of `content/brief/`.

use std::collections::HashSet;

use aho_corasick::AhoCorasick;
use lazaret_content::Content;
use lazaret_model::Ecosystem;

use super::{fitted::Model, judge::Words};
use crate::{advice::Advice, techniques::TechniqueFileError};

/// What is known of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostKind {
    Registry,
    Code,
    Shared,
    Vendor,
    Platform,
}

const HOST_FILES: &[(&str, HostKind)] = &[
    ("brief/hosts/code.txt", HostKind::Code),
    ("brief/hosts/shared.txt", HostKind::Shared),
    ("brief/hosts/registries.txt", HostKind::Registry),
    ("brief/hosts/vendors.txt", HostKind::Vendor),
    ("brief/hosts/platforms.txt", HostKind::Platform),
];

/// Ecosystems of which the popular names are known.
const POPULAR: [Ecosystem; 5] = [
    Ecosystem::Npm,
    Ecosystem::Pypi,
    Ecosystem::Gem,
    Ecosystem::Cargo,
    Ecosystem::Nuget,
];

/// Words around names of packages.
const AROUND: &str = "brief/packages.toml";

/// The lists, loaded once for any number of articles.
#[derive(Clone, Debug)]
pub struct Lists {
    hosts: Vec<(HashSet<String>, HostKind)>,
    pub(super) malicious: Cues,
    pub(super) benign: Cues,
    pub(super) sections: Vec<String>,
    /// What decides on names.
    pub(super) fitted: Model,
    /// Parts of words that tell of an attack.
    attack: Cues,
    /// Those that few other texts have.
    grave: Cues,
    /// First and last parts of names in code that look like hosts.
    objects: HashSet<String>,
    members: HashSet<String>,
    /// What is said of a package around its name.
    pub(super) around: Words,
    /// What is said of a version before and behind it.
    pub(super) versions: VersionCues,
    /// Names of popular packages that are words as well.
    words: HashSet<String>,
    /// Beginnings of headings over advice.
    pub(super) advice: Vec<String>,
    /// Words of plain English, without their endings.
    english: HashSet<String>,
    /// Names that many use, by ecosystem.
    popular: HashSet<(Ecosystem, String)>,
}

/// Words beside versions.
#[derive(Clone, Debug)]
pub(super) struct VersionCues {
    pub(super) bad: Cues,
    pub(super) safe: Cues,
    pub(super) bad_after: Cues,
    pub(super) safe_after: Cues,
    /// Programs whose versions are told for another reason.
    other: HashSet<String>,
}

/// Phrases that are looked for as whole words.
#[derive(Clone, Debug)]
pub(super) struct Cues(Option<AhoCorasick>);

impl Cues {
    /// Whether one of the phrases stands in `text` (lower case), bounded by
    /// what is no letter.
    pub(super) fn in_text(&self, text: &str) -> bool {
        let open = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        // Chinese and Japanese set no spaces between words.
        let unspaced = |c: Option<char>| c.is_some_and(|c| c >= '\u{2e80}');
        self.0.as_ref().is_some_and(|cues| {
            cues.find_overlapping_iter(text).any(|m| {
                let phrase = &text[m.start()..m.end()];
                unspaced(phrase.chars().next())
                    || open(text[..m.start()].chars().next_back())
                        && open(text[m.end()..].chars().next())
            })
        })
    }

    /// The first of the words of `text` (lower case) that begin with one of the
    /// phrases: its place and the phrase's length, in bytes.
    pub(super) fn first(&self, text: &str) -> Option<(usize, usize)> {
        self.beginnings(text)
            .min_by_key(|(at, length)| (*at, usize::MAX - length))
    }

    /// The last of them.
    pub(super) fn last(&self, text: &str) -> Option<(usize, usize)> {
        self.beginnings(text)
            .max_by_key(|(at, length)| (at + length, *length))
    }

    fn beginnings<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
        let open = move |at: usize| {
            text[..at]
                .chars()
                .next_back()
                .is_none_or(|c| !c.is_alphanumeric() || c >= '\u{2e80}')
        };
        self.0
            .iter()
            .flat_map(move |cues| cues.find_overlapping_iter(text))
            .filter(move |m| open(m.start()))
            .map(|m| (m.start(), m.len()))
    }

    /// Whether one of the phrases stands anywhere in `text` (lower case).
    fn anywhere(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|cues| cues.is_match(text))
    }

    /// Lists are short: they are refused only where memory is short as well.
    fn new(phrases: impl Iterator<Item = String>) -> Self {
        Self(AhoCorasick::new(phrases).ok())
    }
}

impl Lists {
    /// Reads the lists.
    pub fn load(content: &Content) -> Result<Self, TechniqueFileError> {
        let around = content.get(AROUND).unwrap_or_default();
        let around = std::str::from_utf8(around)
            .map_err(|e| e.to_string())
            .and_then(|text| toml::from_str(text).map_err(|e| e.to_string()))
            .map_err(|message| TechniqueFileError {
                path: AROUND.to_owned(),
                message,
            })?;
        Ok(Self {
            around,
            fitted: Model::load(content)?,
            hosts: HOST_FILES
                .iter()
                .map(|(path, kind)| (lines(content, path).collect(), *kind))
                .collect(),
            malicious: Cues::new(lines(content, "brief/cues/malicious.txt")),
            benign: Cues::new(lines(content, "brief/cues/benign.txt")),
            sections: lines(content, "brief/cues/sections.txt").collect(),
            attack: Cues::new(
                lines(content, "brief/cues/attack.txt")
                    .map(|line| line.trim_start_matches('~').to_owned()),
            ),
            grave: Cues::new(
                lines(content, "brief/cues/attack.txt").filter(|line| !line.starts_with('~')),
            ),
            objects: lines(content, "brief/code/objects.txt").collect(),
            members: lines(content, "brief/code/members.txt").collect(),
            versions: VersionCues {
                bad: Cues::new(lines(content, "brief/versions/bad.txt")),
                safe: Cues::new(lines(content, "brief/versions/safe.txt")),
                bad_after: Cues::new(lines(content, "brief/versions/bad-after.txt")),
                safe_after: Cues::new(lines(content, "brief/versions/safe-after.txt")),
                other: lines(content, "brief/versions/other.txt").collect(),
            },
            words: lines(content, "brief/code/words.txt").collect(),
            advice: Advice::load(content).headings,
            english: lines(content, "brief/code/english.txt")
                .flat_map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>())
                .collect(),
            popular: POPULAR
                .into_iter()
                .flat_map(|ecosystem| {
                    lines(content, &format!("popular/{ecosystem}.txt"))
                        .collect::<Vec<_>>()
                        .into_iter()
                        .map(move |name| (ecosystem, name))
                })
                .collect(),
        })
    }

    /// Whether a sentence (lower case) speaks of an attack.
    pub(super) fn speaks_of_attack(&self, sentence: &str) -> bool {
        self.attack.anywhere(sentence)
    }

    /// Whether a text (lower case) has what few speak of but those on attacks.
    pub(crate) fn is_grave(&self, text: &str) -> bool {
        self.grave.anywhere(text)
    }

    /// Whether a name that could be a host is usually code: `os.name`,
    /// `process.env`, `console.log`.
    pub(super) fn is_code_name(&self, name: &str) -> bool {
        let Some((first, rest)) = name.split_once('.') else {
            return false;
        };
        let last = rest.rsplit('.').next().unwrap_or_default();
        (first.len() == 1 || self.objects.contains(first))
            && (self.members.contains(last) || self.objects.contains(last))
    }

    /// Whether many use the package of that name.
    pub(super) fn is_popular(&self, ecosystem: Ecosystem, name: &str) -> bool {
        self.popular.contains(&(ecosystem, name.to_lowercase()))
    }

    /// Whether the name of a package is a word as well.
    pub(super) fn is_word(&self, name: &str) -> bool {
        self.words.contains(name)
    }

    /// Whether the name is one of a program that articles name for other reasons.
    pub(super) fn is_program(&self, name: &str) -> bool {
        self.versions.other.contains(&*name.to_ascii_lowercase())
    }

    /// Whether the word (in any case) is one of plain English.
    pub(super) fn is_english(&self, word: &str) -> bool {
        const ENDINGS: [(&str, &str); 12] = [
            ("s", ""),
            ("es", ""),
            ("ies", "y"),
            ("d", ""),
            ("ed", ""),
            ("ing", ""),
            ("ing", "e"),
            ("ly", ""),
            ("er", ""),
            ("r", ""),
            ("ers", ""),
            ("rs", ""),
        ];
        let word = word.to_ascii_lowercase();
        self.english.contains(&word)
            || ENDINGS.iter().any(|(ending, instead)| {
                word.strip_suffix(ending)
                    .is_some_and(|stem| self.english.contains(&format!("{stem}{instead}")))
            })
    }

    /// Whether the name is one that many use, and hardly means anything else.
    pub(super) fn is_known(&self, ecosystem: Ecosystem, name: &str) -> bool {
        name.len() >= 3 && !self.words.contains(name) && self.is_popular(ecosystem, name)
    }

    /// The only registry on which many use a package of that name.
    pub(super) fn popular_on(&self, name: &str) -> Option<Ecosystem> {
        let mut on = POPULAR
            .into_iter()
            .filter(|ecosystem| self.is_popular(*ecosystem, name));
        let first = on.next();
        first.filter(|_| on.next().is_none())
    }

    /// Whether many use a package of that name, in any ecosystem, and it means
    /// nothing that versions have.
    pub(super) fn is_any_popular(&self, name: &str) -> bool {
        !matches!(
            name,
            "release" | "releases" | "build" | "update" | "package" | "tag"
        ) && POPULAR
            .iter()
            .any(|ecosystem| self.is_popular(*ecosystem, name))
    }

    /// What is known of `host` or of the domain it is below; the longest
    /// entry decides.
    pub(super) fn host(&self, host: &str) -> Option<HostKind> {
        let mut name = host;
        loop {
            for (hosts, kind) in &self.hosts {
                if hosts.contains(name) {
                    return Some(*kind);
                }
            }
            name = name.split_once('.')?.1;
        }
    }
}

fn lines(content: &Content, path: &str) -> impl Iterator<Item = String> {
    let text = content.get(path).unwrap_or_default();
    String::from_utf8_lossy(text)
        .lines()
        .map(|line| line.trim().to_lowercase())
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect::<Vec<_>>()
        .into_iter()
}
