//! Packages: to block, or only mentioned. Each mention is judged by what stands
//! around it; what all mentions of a name come to is weighed afterwards.

use lazaret_model::Confidence;

use super::{
    CALLED_BAD, HARMLESS, IMITATED, Judge, Judgement, PEACEFUL, SAFE, around::Around, indicator,
    mentioned,
};
use crate::{
    article::BlockKind,
    indicators::{
        package::{Certainty, Named, Row},
        phrase,
        release::{Stance, led, said},
    },
};

phrases!(
    /// Beginnings of headings over links to other reports.
    ELSEWHERE,
    "\
    also read, further reading, latest news, latest posts, more from, more posts, more \
    stories, popular posts, read more, read next, recent posts, recommended reading, \
    related, see also, trending, you may also \
    "
);

impl Judge<'_> {
    /// Judges a package that stands at `named.range`.
    pub(in crate::indicators) fn package(&self, named: &Named, row: &Row) -> Judgement {
        let around = Around::new(self, &row.range);
        if is_placeholder(named.package.name()) {
            return mentioned("a placeholder");
        }
        if !self.habits.grave && !self.habits.bare {
            return mentioned(PEACEFUL);
        }
        // Of a flaw: what has it is no attacker's.
        if self.habits.flaw && !around.is_accused()
            || self.habits.news && named.certainty != Certainty::Listed
        {
            return mentioned(PEACEFUL);
        }
        if self.is_elsewhere(named.range.start) {
            return mentioned("told of elsewhere");
        }
        if self.habits.alarm {
            return mentioned("accused wrongly, by the article");
        }
        if around.is_compared() || self.is_past(&around.sentence) && !self.is_main(named) {
            return mentioned("another attack, compared with this one");
        }
        if named.package.version().is_none() && around.is_campaign() {
            return mentioned("what a campaign is called");
        }
        if around.is_tool() {
            return mentioned("a tool to run").weighing(-1);
        }
        if around.imitates() && named.package.name().len() > 2 {
            return indicator(Confidence::Medium, "it imitates another");
        }
        if around.is_model() && self.is_popular(named) {
            return mentioned(IMITATED).weighing(-3);
        }
        if let Some(judgement) = around.imitated(named.package.version().is_some()) {
            return judgement;
        }
        if around.is_used() {
            return mentioned("a package that is made use of").weighing(-1);
        }
        let stance = named
            .package
            .version()
            .and_then(|_| self.stance(named, &around, row));
        if stance == Some(Stance::Safe)
            || named.package.version().is_none() && self.is_remedy(named, &around)
        {
            return mentioned(SAFE).weighing(-3);
        }
        if self.is_row_spared(named.range.start) {
            return mentioned(HARMLESS).weighing(-3);
        }
        if around.is_spared() {
            let whole = named.package.version().is_some() || !around.is_of_version();
            return mentioned(HARMLESS).weighing(if whole { -3 } else { 0 });
        }
        if stance == Some(Stance::Bad) && !self.is_known_whole(named) {
            return indicator(Confidence::Medium, CALLED_BAD);
        }
        self.suspected(named, &around, row)
    }

    /// What is said of the version: nearest to it, then by advice, then before
    /// its list.
    fn stance(&self, named: &Named, around: &Around<'_>, row: &Row) -> Option<Stance> {
        said(self.structure, self.lists, &row.range)
            .or_else(|| self.is_remedy(named, around).then_some(Stance::Safe))
            .or_else(|| led(self.structure, self.lists, &row.range))
    }

    /// Whether the heading above leads to other reports.
    fn is_elsewhere(&self, at: usize) -> bool {
        self.structure
            .block_at(at)
            .and_then(|index| self.structure.headings(index).last())
            .is_some_and(|heading| ELSEWHERE.iter().any(|start| heading.starts_with(start)))
            || ELSEWHERE
                .iter()
                .any(|start| self.sentence(at).starts_with(start))
    }

    /// Whether many use it, and the article is not about it.
    fn is_known_whole(&self, named: &Named) -> bool {
        self.is_popular(named) && !self.is_main(named)
    }

    /// What nothing speaks for.
    fn suspected(&self, named: &Named, around: &Around<'_>, row: &Row) -> Judgement {
        let at = named.range.start;
        let sentence = &around.sentence;
        let accused = around.is_accused();
        let known = || {
            (self.is_popular(named) || around.is_counted())
                && named.package.version().is_none()
                // "The attack compromised chalk and debug."
                && !phrase::any(&self.lists.around.taken_over, sentence)
        };
        let words = &self.lists.around;
        // "foo has over 100,000 weekly downloads": taken aim at, or taken over.
        if !accused && around.is_counted() && known() {
            return mentioned("nothing says that it is malicious");
        }
        if !accused && phrase::any(&words.supposed, sentence) {
            return mentioned("only supposed");
        }
        if !accused && !is_whole(named) && self.is_aside(named, sentence) {
            return mentioned("a program, or told in advice");
        }
        // Its name again, where it was told before: only what says so counts.
        if named.certainty == Certainty::Again && named.package.version().is_none() {
            let victim = !sentence.benign && self.is_victim(named, sentence);
            return match (accused || is_whole(named), victim) {
                (true, _) => indicator(Confidence::Medium, "the sentence says what it is"),
                (false, true) => {
                    indicator(Confidence::Low, "named where an article tells of an attack")
                }
                _ => mentioned("nothing says that it is malicious"),
            };
        }
        let in_section = self.in_section(at);
        match named.certainty {
            _ if accused || is_whole(named) || self.is_subject(named) => {
                indicator(Confidence::Medium, "the sentence says what it is")
            }
            // „debug“ and „chalk“, in a sentence on what was taken over.
            Certainty::Guessed if !sentence.benign && self.is_victim(named, sentence) => {
                indicator(Confidence::Low, "named where an article tells of an attack")
            }
            // Several in a row that nobody knows.
            Certainty::Guessed | Certainty::Worded | Certainty::Explicit
                if (row.names >= ROW
                    || self.habits.attack
                        && row.names >= 3 + usize::from(named.certainty == Certainty::Guessed)
                        && self.is_amid_attack(at))
                    && !sentence.benign
                    && !known() =>
            {
                indicator(Confidence::Low, "listed among packages")
            }
            _ if self.habits.attack && !sentence.benign && !known() && self.begins(named) => {
                indicator(Confidence::Low, "what a paragraph is about")
            }
            Certainty::Guessed => mentioned("set apart, but nothing says that it is malicious"),
            Certainty::Listed => indicator(Confidence::High, "listed among packages"),
            _ if in_section => indicator(Confidence::High, "listed as an indicator"),
            _ if sentence.ill && !known() => {
                indicator(Confidence::Medium, "the sentence tells of an attack").weighing(1)
            }
            _ if self.is_told(named, &around.before, sentence.benign) => {
                indicator(Confidence::Low, "named where an article tells of an attack")
            }
            _ if self.is_main(named) && !sentence.benign => {
                indicator(Confidence::Low, "what the article is about")
            }
            _ => mentioned("nothing says that it is malicious"),
        }
    }

    /// Whether it is the heading of a section that tells what "this package" does.
    fn is_subject(&self, named: &Named) -> bool {
        let blocks = &self.structure.article.blocks;
        let text = self.structure.article.text.as_str();
        let heading = self
            .structure
            .block_at(named.range.start)
            .filter(|index| matches!(blocks[*index].kind, BlockKind::Heading(_)))
            .filter(|index| text[blocks[*index].range.clone()].split(' ').count() <= 4);
        heading.is_some_and(|index| {
            blocks[index + 1..]
                .iter()
                .take_while(|block| !matches!(block.kind, BlockKind::Heading(_)))
                .take(SECTION)
                .map(|block| text[block.range.clone()].to_lowercase())
                .any(|told| THIS.is_match(&told) && self.lists.speaks_of_attack(&told))
        })
    }

    /// Whether it is a program that articles name for another reason, or stands
    /// under a heading over advice where no word calls it bad.
    fn is_aside(&self, named: &Named, sentence: &str) -> bool {
        let words = &self.lists.around;
        let mut bad = [&words.bad_near, &words.affected, &words.taken_over].into_iter();
        self.lists.is_program(named.package.name())
            || !bad.any(|list| phrase::any(list, sentence)) && self.is_under_advice(named)
    }

    /// Whether a heading above it, but for the article's own, stands over advice.
    fn is_under_advice(&self, named: &Named) -> bool {
        let Some(index) = self.structure.block_at(named.range.start) else {
            return false;
        };
        let title = self.structure.article.title.as_deref().unwrap_or_default();
        let title = title.to_lowercase();
        let headings = self.structure.headings(index).iter();
        headings
            .filter(|heading| **heading != title)
            .map(|heading| heading.trim_start_matches(|c: char| !c.is_alphabetic()))
            .any(|heading| phrase::begins(&self.lists.advice, heading))
    }

    /// Whether a paragraph begins with it, set apart, and is about it.
    fn begins(&self, named: &Named) -> bool {
        let at = named.range.start;
        let Some(index) = self.structure.block_at(at) else {
            return false;
        };
        let block = &self.structure.article.blocks[index];
        let text = self
            .structure
            .article
            .text
            .get(named.range.end..block.range.end);
        let said = text.unwrap_or_default().split_whitespace().nth(SAID);
        block.kind == BlockKind::Paragraph
            && at <= block.range.start + 1
            && (block.is_code(at) || crate::article::holds(&block.bold, at))
            && named.package.name().contains(['-', '_', '/'])
            && said.is_some()
    }

    /// Whether a cell of its row says in a word that it is harmless.
    fn is_row_spared(&self, at: usize) -> bool {
        let Some(index) = self.structure.block_at(at) else {
            return false;
        };
        let block = &self.structure.article.blocks[index];
        block.kind == BlockKind::Row
            && self.structure.article.text[block.range.clone()]
                .split('\t')
                .skip(1)
                .take(CELLS)
                .map(str::trim)
                .any(|cell| cell.len() < 16 && VERDICTS.contains(&*cell.to_lowercase()))
    }

    /// Whether the sentence tells of what was in an earlier year.
    fn is_past(&self, sentence: &str) -> bool {
        let Some(year) = self.habits.year else {
            return false;
        };
        // A page in one sentence is not read for each of its names.
        let sentence = &sentence[..sentence.floor_char_boundary(LONGEST)];
        let mut years = PAST
            .captures_iter(sentence)
            .filter_map(|captures| captures["year"].parse::<u16>().ok())
            .peekable();
        // "uploaded by foo in November 2023": what is told of now, but found later.
        years.peek().is_some() && years.all(|told| told < year) && !SINCE.is_match(sentence)
    }

    /// Whether the block, what announces it or the heading tells of an attack.
    fn is_amid_attack(&self, at: usize) -> bool {
        let Some(index) = self.structure.block_at(at) else {
            return false;
        };
        let text = self.structure.article.text.as_str();
        let range = self.structure.article.blocks[index].range.clone();
        let from = text.ceil_char_boundary(at.saturating_sub(NEAR).max(range.start).min(at));
        let to = text.floor_char_boundary(range.end.min(at + NEAR).max(at));
        let near = text[from..to].to_lowercase();
        self.lists.speaks_of_attack(&near)
            || ["actor", "adversar", "attacker", "operators"]
                .iter()
                .any(|word| near.contains(word))
            || self
                .structure
                .announcement(index)
                .into_iter()
                .chain(self.structure.headings(index).last().map(String::as_str))
                .map(|lead| &lead[..lead.floor_char_boundary(NEAR)])
                .any(|lead| self.lists.speaks_of_attack(&lead.to_lowercase()))
    }

    /// Whether it stands in a section of indicators, but for those of digests
    /// or addresses, which say nothing of packages.
    fn in_section(&self, at: usize) -> bool {
        self.structure.block_at(at).is_some_and(|index| {
            self.structure.in_indicator_section(index)
                && !self
                    .structure
                    .headings(index)
                    .last()
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
                    })
        })
    }

    /// Whether the version is one to take instead.
    fn is_remedy(&self, named: &Named, around: &Around<'_>) -> bool {
        around.is_remedy()
            // "Pin foo to 1.8.5", "Install foo 1.2.1 or bar 2.0"
            || self.is_advised(named, &around.lead)
    }
}

words!(
    /// What a row of a table says of what is harmless.
    VERDICTS,
    "benign clean harmless legitimate ok okay safe unaffected"
);
/// Bytes of a sentence in which its year stands.
const LONGEST: usize = 400;

/// Cells of a row that are looked at.
const CELLS: usize = 16;

pattern!(PAST, r"\b(?:in|from|of)(?: \w+)? (?P<year>20[12]\d)\b");

pattern!(
    SINCE,
    r"\b(?:active|appeared|available|created|live|published|registered|released|uploaded)\b[^.;]{0,80}\b(?:in|from|of|since)(?: \w+)? 20[12]\d\b"
);

/// Words that a paragraph says of the name that it begins with.
const SAID: usize = 6;

/// Names of a row that needs no word on an attack beside it.
const ROW: usize = 6;

/// Bytes before and behind a name in which its block tells of an attack.
const NEAR: usize = 2000;

/// Blocks of a section that are looked at for what its heading is.
const SECTION: usize = 8;

pattern!(
    THIS,
    r"\b(?:this|the) (?:[a-z]+ )?(?:package|library|module|gem|crate|extension)\b"
);
pattern!(
    /// "with names like"
    NAMES,
    r"\b(?:names?|namen|noms?|nombres?|nomi|nomes?) [^.;:]{0,40}?(?:like|such as|including|wie|comme|como|come)\b"
);

impl Judge<'_> {
    /// Whether many use it.
    fn is_popular(&self, named: &Named) -> bool {
        let package = &named.package;
        self.lists.is_popular(package.ecosystem(), package.name())
    }

    /// Whether many use it, and the sentence tells what was taken over.
    fn is_victim(&self, named: &Named, sentence: &str) -> bool {
        self.is_popular(named) && phrase::any(&self.lists.around.taken_over, sentence)
    }

    /// Whether the title tells of an attack, and the article of this package alone.
    fn is_main(&self, named: &Named) -> bool {
        (self.habits.titled || self.habits.shown || self.habits.attack && !self.is_popular(named))
            && self.main.as_ref().is_some_and(|main| {
                main.ecosystem() == named.package.ecosystem() && main.name() == named.package.name()
            })
    }

    /// Whether an article on an attack names the package in a way that leaves
    /// little else for it to be: with a version, or set apart in a paragraph
    /// that tells of the attack. What it makes use of, and what many use, is not.
    fn is_told(&self, named: &Named, near_before: &str, benign: bool) -> bool {
        if !self.habits.attack || benign {
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
        if used && !joined {
            return false;
        }
        if self
            .lists
            .is_popular(named.package.ecosystem(), named.package.name())
            && !self.is_main(named)
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
        let quoted = whole[..named.range.start]
            .ends_with(['"', '\'', '“', '‘', '„', '«', '「', '`'])
            && !self.lists.is_english(named.package.name());
        // "Names like foo-bomb": set apart by its own form.
        let joined = named.certainty == Certainty::Worded
            && named.package.name().contains(['-', '_'])
            && NAMES.is_match(near_before);
        // A path and a scope are marks of their own.
        let formed = matches!(
            named.package.ecosystem(),
            lazaret_model::Ecosystem::Golang | lazaret_model::Ecosystem::GithubActions
        ) || named.package.name().starts_with('@');
        if !(quoted
            || joined
            || formed
            || block.is_code(named.range.start)
            || crate::article::holds(&block.bold, named.range.start))
        {
            return false;
        }
        let text = &whole[block.range.clone()];
        self.habits.titled || text.len() < 4000 && self.lists.speaks_of_attack(&text.to_lowercase())
    }
}

/// Whether all versions are told to be bad.
fn is_whole(named: &Named) -> bool {
    named.versions.as_deref().is_some_and(|versions| {
        let versions = versions.to_lowercase();
        ["all ", "any ", "every "]
            .iter()
            .any(|word| versions.starts_with(word))
    })
}

/// Names that stand for any package.
pub(in crate::indicators) fn is_placeholder(name: &str) -> bool {
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
    ) || [
        "@acme/",
        "@company/",
        "@example/",
        "@internal/",
        "@mycompany/",
        "@myorg/",
        "@org/",
        "@private/",
        "@scope/",
        "@yourcompany/",
        "@your-org/",
        "company-",
        "mycompany-",
        "your-",
    ]
    .iter()
    .any(|start| name.starts_with(start))
        || name.contains("/example/")
        || name.starts_with("example.com/")
}
