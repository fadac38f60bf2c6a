//! What stands around a package's name: the clause before and after it.

use std::{ops::Range, rc::Rc};

use super::{IMITATED, Judge, Judgement, Said, advice, mentioned, words};
use crate::indicators::phrase;

/// Bytes before and after a name that are near it.
const NEAR_BEFORE: usize = 90;
const NEAR_AFTER: usize = 45;
/// Bytes after a name in which it is called harmless, and before it in which a
/// list is announced.
const CLAUSE: usize = 120;
const LIST: usize = 400;
/// Bytes of the next sentence.
const CLOSE: usize = 160;

pattern!(
    /// What stands before a name that is called bad, lower case.
    ACCUSED_BEFORE,
    r"(?:malicious|compromised|infected|trojani[sz]ed|backdoored|poisoned|rogue|fake|hijacked|tainted|tampered|weaponi[sz]ed|bogus|fraudulent|counterfeit|typosquatt(?:ed|ing) (?:npm |pypi |python )?(?:packages?|librar(?:y|ies)|modules?|gems?|crates?|extensions?)|malware|bösartige[nrs]?|schädliche[nrs]?|manipulierte[nrs]?|malveillante?s?|piégée?s?|malicios[oa]s?|comprometid[oa]s?|dannos[oaie]|malevol[oaie]|вредоносн\w+|恶意的?|悪意のある|不正な)(?:[ -]?(?:npm|pypi|python|rust|ruby|go|nuget|node\.js|javascript|open[- ]source|vs ?code))*(?:[ -]?(?:packages?|librar(?:y|ies)|modules?|gems?|crates?|dependenc(?:y|ies)|extensions?|versions?|releases?|updates?|images?|actions?|pakete?|paquets?|paquetes?|pacchett[oi]|pacotes?|пакет\w*|包|パッケージ))*(?:,? (?:named|called|dubbed|of|in|is|are|was|were|like|such as|including|as|genannt|namens|nommée?s?|llamad[oa]s?|v?\d[\w.]*|and|,))*(?: the)?[ :：–—-]*[\x22'`“„«(「]*$"
);
pattern!(
    /// What stands after it.
    ACCUSED_AFTER,
    r"^[\x22'`”»)\]」]*(?: \([^)]{0,60}\))?(?:,? (?:npm|pypi|python|package|library|module|gem|crate|extension|versions?|releases?|v?\d[\d.]*|and|itself|on npm|on pypi|hosted|project|[a-z][\w.-]*[-_][\w.-]*)|(?:,| and|, and| &) [\w@/.-]+)*,? (?:(?:was|were|is|are|has been|have been|had been|got|turned out to be) (?:also |recently |later |found to be |found to contain |piece of |form of |type of |briefly |reportedly |confirmed |actually |likely |an? |all )*(?:compromised|hijacked|backdoored|infected|malicious|malware|trojan|poisoned|tampered|typosquat|taken over|weaponi[sz]ed|hacked|fake)|(?:(?:which|that) )?(?:indeed |actually |also |both |all )?(?:contain(?:s|ed)?|has|had|ship(?:s|ped)?|carr(?:y|ies|ied)) (?:an? |the |also )*(?:malicious|malware|backdoor|stealer|trojan|miner|infostealer|obfuscated|payload|exfiltration|harmful|spyware|wiper|loader)|(?:(?:which|that) )?(?:steals?|stole|exfiltrates?d?|harvests|backdoors|drops|executes|imitates|impersonates)\b|(?:was|were) (?:published|uploaded|released|pushed)[^.;]{0,60} (?:containing|with) [^.;]{0,40}(?:malware|malicious|backdoor|stealer|payload)|(?:is |are |was |were )?(?:removed|unpublished) (?:from \S+ )?(?:for|due to|because of) mal|joined (?:them|the list)|(?:was |were |also )*(?:uploaded|published|pushed|created|registered) by the same (?:user|author|account|actor|publisher|person|threat))"
);
pattern!(
    /// "takeover incidents such as a", "the compromise of a"
    INCIDENTS,
    r"\b(?:takeover|compromise|hijack(?:ing)?|poisoning|backdooring|(?:takeover|hijack\w*|compromise|attack) incident|incident)s? (?:of|such as|like|including|involving)(?: the| popular| npm| pypi| packages?)* [\x22'`\u{201c}]?$"
);
pattern!(
    /// What the next sentence says of names that end one: "Both were infected."
    THEN,
    r"^(?:both|these|those|all|they|it|this|the(?: (?:two|three|four|five|six|seven|eight|nine|ten))?)(?: (?:of (?:them|these)|malicious|npm|pypi|python|packages?|librar(?:y|ies)|modules?|gems?|crates?|extensions?|versions?|releases?))* (?:(?:was|were|is|are|has been|have been|had been|turned out to be) (?:[a-z]+ )?(?:compromised|hijacked|backdoored|infected|malicious|malware|trojan|poisoned|tampered|fake|typosquat)|(?:contain(?:s|ed)?|carr(?:y|ies|ied)|deliver(?:s|ed)?) [^.]{0,40}(?:malicious|malware|backdoor|stealer|trojan|miner|payload)|(?:steals?|stole|exfiltrate[sd]?|harvest(?:s|ed)?)\b)"
);
pattern!(
    MANY,
    r"^ (?:packages|libraries|modules|plugins|extensions|themes|users|developers|projects|clones|typosquats|binar(?:y|ies)|installers?|apps?|website|site|domains?|profiles?|accounts?|repositor(?:y|ies)|servers?|forks?|add-?ons?|helpers|look-?alikes?|impostors?|presets|wrappers|namesakes?)\b"
);
pattern!(
    /// What is made after the name: "a dayjs typosquat"
    MODEL,
    r"^[\x22'`”»]* (?:typosquat|look-?alike|copycat|clone|impostor|imitation|impersonator)s?\b"
);

pattern!(
    /// "The foo incident", "the foo compromise", "is foo 1.2 hijacked?"
    INCIDENT,
    r"^(?: v?\d[\w.]* (?:hijacked|compromised|backdoored|infected)\b)|^[\x22'`”»]*(?: npm| package| library)? (?:compromise|incident|hijack(?:ing)?|takeover|backdoor|malware|stealer|dropper|(?:supply[- ]chain )?attack)\b"
);

pattern!(
    /// "Run `govulncheck` (", "or use foo": what is told to run checks.
    TOOL,
    r"(?:^|[.:;,(] |\bor |\band |\bplease |\bto |\bcan )(?:run|use|try) (?:[`'\x22]?(?:npx|pnpm dlx|bunx|uvx|pipx run) |the |a |our |[`'\x22]|go install |[^;:]{0,60}\()*[`'\x22]?$"
);

pattern!(
    /// "were never compromised", "was not republished"
    DENIED,
    r"\b(?:is|are|was|were|has|have|had|been|be)(?:n['’]t| not| never) (?:been |be )?(?:\w+ly )?(?:compromised|affected|touched|republished|tampered|modified|malicious|infected|hijacked|changed|altered|involved|poisoned|backdoored|impacted|concerned|related|to blame)\b"
);

pattern!(
    /// The next field of a record: "Unaffected: 1.2".
    LABEL,
    r"\s(?:[a-z]+ )?[a-z]+: "
);

pattern!(
    NONE,
    r"\b(?:none of(?: the)?|neither(?: the)?|did not (?:touch|change|modify|compromise|affect)(?: the)?|without touching|rather than|keine[rs]? von|weder|ninguno de|aucun des?|nessuno di) [`'\x22“„«]?$"
);

pattern!(
    /// "version 0.9.0 of" says nothing of the other versions.
    OF_VERSION,
    r"\bv?\d+\.\d[\w.]*[`'\x22]? (?:of|von|de|di|do|du|for|für) (?:the )?[`'\x22“„«]?$"
);

pattern!(
    /// "looks similar to the compromised versions of foo", "unlike foo"
    COMPARED,
    r"\b(?:identical|akin|comparable) to [^.;,]{0,70}$|\b(?:last|previous|earlier) (?:week|month|year)['’]s [^.;,]{0,40}$|\b(?:similar to|reminiscent of|unlike|just like|resembling|resembles|comparable to|recalls?|reminds? \w+ of) (?:the |that of |those of )*(?:recent |earlier |compromised |hijacked |malicious |infamous |poisoned |bad )*(?:(?:npm|pypi) )?(?:(?:versions?|releases?|compromise|attack|incident|case|hijacking|worm)s? (?:of|on|in|with) (?:the )?)?[`'\x22\u{201c}]?$"
);

pattern!(
    /// "injected a backdoor into foo", "overwrote all tags of foo"
    PUT_INTO,
    r"\b(?:inject|insert|slip|plant|sneak|snuck|smuggl|push)\w* [^.;]{0,50}\b(?:into|onto|inside)(?: the)?(?: popular| npm| pypi)* [`'\x22\u{201c}]?$|\b(?:overwr\w+|re-?point\w*|force-push\w*|retagg\w+|hijack\w*|mov(?:ed|ing)) [^.;]{0,40}\btags? (?:of|in|for) [`'\x22\u{201c}]?$"
);

pattern!(
    /// A note behind a name.
    NOTE,
    r"(?P<name>[\w@./-]*[-_./@][\w.-]*[`'\x22]?) ?\([^()]*[a-z][^()]*\)"
);

pattern!(
    /// "foo has over 100,000 weekly downloads"
    COUNTED,
    r"^[`'\x22”]*(?:,| \(| with| has| have| gets?| sees?|,? which)[^.;]{0,30}\b(?:\d{2,3},\d{3}|\d{2,3}k|[\d.]+ ?m|million|millions|[\d.]+ million)\b[^.;]{0,24}(?:weekly|monthly|(?:a|per|each|every) (?:week|month))"
);

words!(
    /// Words that end what an adjective is said of.
    ENDS,
    "and are article blog includes is post report that was were which"
);

/// What stands around one mention.
pub(super) struct Around<'a> {
    pub(super) sentence: Rc<Said>,
    /// The sentence up to the name, and the clause before it, lower case.
    pub(super) lead: String,
    pub(super) before: String,
    /// What follows it in the sentence, near and in the clause, lower case.
    after: String,
    clause: String,
    /// The next sentence, where this one ends with the name, lower case.
    next: String,
    /// What stands before it, sentences before included.
    prefix: String,
    words: &'a words::Words,
}

impl<'a> Around<'a> {
    /// What stands around the row of names that a mention is in.
    pub(super) fn new(judge: &'a Judge<'_>, row: &Range<usize>) -> Self {
        let at = row.start;
        let text = &judge.structure.article.text;
        let range = judge.structure.sentence_at(at);
        let lower = |span: Range<usize>| {
            let start = text.ceil_char_boundary(span.start.max(range.start).min(at));
            text.get(start..span.end).unwrap_or_default().to_lowercase()
        };
        let before = lower(at.saturating_sub(NEAR_BEFORE)..at);
        // "foo (looks like bar), baz": the note is on the first.
        let before = match NOTE.is_match(&before) {
            true => NOTE.replace_all(&before, "$name").into_owned(),
            false => before,
        };
        // "foo mimics bar, while baz pretends to be qux": the last clause counts.
        let words = &judge.lists.around;
        let before = phrase::last(&words.cuts_before, &before)
            .map_or(&*before, |cut| &before[cut..])
            .to_owned();
        let rest = &text[row.end.min(range.end)..range.end];
        let near = |most: usize| rest[..rest.floor_char_boundary(most)].to_lowercase();
        Self {
            sentence: judge.sentence(at),
            next: match rest.len() < 8 && !rest.contains(char::is_alphanumeric) {
                true => {
                    let rest = text.get(row.end.max(range.end)..).unwrap_or_default();
                    let rest = &rest[..rest.floor_char_boundary(CLOSE)];
                    rest.strip_prefix(' ').unwrap_or_default().to_lowercase()
                }
                false => String::new(),
            },
            lead: lower(range.start..at),
            prefix: lower(at.saturating_sub(LIST)..at),
            after: near(NEAR_AFTER),
            clause: near(CLAUSE),
            before,
            words,
        }
    }

    fn last(&self, list: &[String]) -> Option<usize> {
        phrase::last(list, &self.before)
    }

    fn is_bad_after(&self) -> bool {
        phrase::any(&self.words.bad_near, self.until_cut(&self.after))
    }

    /// What follows up to where the clause ends: "a is affected, but b is not".
    fn until_cut<'t>(&self, after: &'t str) -> &'t str {
        phrase::first(&self.words.cuts_after, after).map_or(after, |cut| &after[..cut])
    }

    /// Whether what follows says that it is made to look like another.
    pub(super) fn imitates(&self) -> bool {
        // "a misspelled name (`foa` instead of `foo`)"
        let mistyped = ["misspel", "mistyp", "typosquat", "typo "]
            .iter()
            .any(|word| self.lead.contains(word))
            && self
                .after
                .trim_start_matches(['`', '"', '\'', ' ', '”'])
                .starts_with("instead of");
        mistyped || advice::imitates(&self.after)
    }

    /// Whether what stands before it, or before the names it is joined with,
    /// calls them bad.
    fn is_accused_before(&self) -> bool {
        ACCUSED_BEFORE.is_match(&self.before)
            || PUT_INTO.is_match(&self.lead)
            || ACCUSED_BEFORE.is_match(strip_enumeration(&self.lead))
    }

    /// Whether it is an example of what was taken over, or the next sentence
    /// says that it was.
    fn is_victim(&self) -> bool {
        INCIDENTS.is_match(strip_enumeration(&self.before)) || THEN.is_match(&self.next)
    }

    /// Whether the words right before or after the name call it bad.
    pub(super) fn is_accused(&self) -> bool {
        // "malicious foo plugins" are not foo.
        self.is_accused_before() && !MANY.is_match(&self.after)
            || self.is_victim()
            || ACCUSED_AFTER.is_match(&self.clause)
            || INCIDENT.is_match(&self.after)
    }

    /// The last of the words that say so of the name right behind them: "the
    /// popular packages a, b and c", but not "the original worm used a".
    fn last_near(&self, list: &[String]) -> Option<usize> {
        let before = strip_enumeration(&self.before);
        list.iter()
            .filter_map(|w| before.rfind(w.as_str()).map(|at| (at, w.len())))
            // "the original report names": of another noun.
            .filter(|(at, length)| {
                let between = before[at + length..].split_whitespace();
                between.clone().count() <= 6 && !between.clone().any(|word| ENDS.contains(word))
            })
            .map(|(at, _)| at)
            .max()
    }

    /// Whether something is made after it: "a malicious dayjs typosquat".
    pub(super) fn is_model(&self) -> bool {
        MODEL.is_match(&self.after)
    }

    /// The package that another is made to look like.
    pub(super) fn imitated(&self, versioned: bool) -> Option<Judgement> {
        if self.is_accused_before() || self.is_victim() {
            return None;
        }
        let imitated = self
            .last(&self.words.imitated)
            .max(self.last_near(&self.words.genuine));
        // Right before it: what is said behind it is said of the other.
        let close = self
            .last_near(&self.words.imitated)
            .is_some_and(|at| !self.before[at..].contains(','));
        let praised = self.last_near(&self.words.praised);
        // "compromised 18 popular packages including": taken over, not imitated.
        let taken_over = imitated.is_none() && phrase::any(&self.words.taken_over, &self.lead);
        let last = imitated.max(praised);
        // "targeted versions 1.1 and 1.2 of foo": of a version it says nothing.
        (last.is_some()
            && !(versioned && imitated.is_none())
            && !taken_over
            && last > self.last(&self.words.bad_before)
            && (close || !self.is_bad_after()))
        .then(|| {
            mentioned(IMITATED).weighing(match imitated.is_some() {
                true => -3,
                false => -1,
            })
        })
    }

    /// Whether it is what several are called together: "the foo-bar cluster".
    pub(super) fn is_campaign(&self) -> bool {
        let after = self
            .after
            .trim_start_matches(['"', '\'', '`', '”', '’', ' ']);
        phrase::begins(&["campaign", "cluster", "family", "wave of"], after)
    }

    /// Whether it is told how many use it: a few hundred downloads are told of
    /// what is new.
    pub(super) fn is_counted(&self) -> bool {
        COUNTED.is_match(&self.clause)
    }

    /// Whether another attack is only compared with this one.
    pub(super) fn is_compared(&self) -> bool {
        let after = self.after.trim_start_matches(['"', '\'', '`', '”', '’']);
        COMPARED.is_match(&self.lead) || ["-like", "-style"].iter().any(|w| after.starts_with(w))
    }

    /// Whether the reader is told to run it: "or run `npx foo scan`".
    pub(super) fn is_tool(&self) -> bool {
        TOOL.is_match(&self.lead)
    }

    /// Whether it is what the malware makes use of, or changes.
    pub(super) fn is_used(&self) -> bool {
        let used = self.last(&self.words.used);
        let after = self.after.trim_start_matches(['`', '"', '\'', ' ', ')']);
        phrase::begins(&self.words.used_after, after)
            || used.is_some() && used > self.last(&self.words.bad_before) && !self.is_bad_after()
    }

    /// Whether it is to be taken instead, by the words around it.
    pub(super) fn is_remedy(&self) -> bool {
        let words = self.words;
        let clean = phrase::last(&words.clean, &self.prefix);
        phrase::any(&words.remedy, &self.before)
            // "above version 1.2", "up to 0.2.5"
            || words.bound.iter().any(|w| {
                self.before
                    .trim_end_matches([' ', '`', 'v', '"'])
                    .ends_with(w.as_str())
            })
            // "Clean releases are available: a, b and c"
            || clean.is_some() && clean > phrase::last(&words.affected, &self.prefix)
            || phrase::any(&words.remedy_after, &self.after)
                && !self.after.contains("malicious")
    }

    /// Whether what is said is said of one version.
    pub(super) fn is_of_version(&self) -> bool {
        OF_VERSION.is_match(&self.lead)
    }

    /// Whether it is called harmless.
    pub(super) fn is_spared(&self) -> bool {
        // "None of a, b or c has been tampered with."
        if NONE.is_match(&self.lead) {
            return true;
        }
        // "A is affected, but B is not": only the clause counts.
        let clause = self.until_cut(&self.clause);
        let clause = LABEL
            .find(clause)
            .map_or(clause, |label| &clause[..label.start()]);
        let after = self
            .after
            .trim_start_matches(['"', '\'', '`', '”', ',', ' ']);
        // "Most foo users were not affected" says nothing of foo.
        let users = after.trim_start_matches([' ', ')']).starts_with("user");
        !users && (phrase::any(&self.words.spared, clause) || DENIED.is_match(clause))
            || phrase::begins(&self.words.legitimate_after, after)
                && !self.sentence.contains("compromised")
                && !self.sentence.contains("hijack")
    }
}

pattern!(
    ENUMERATION,
    r"(?:[\x22'`\u{201c}]?@?[\w./@-]+[\x22'`\u{201d}]?(?:, (?:and |or )?| and | or ))+[\x22'`\u{201c}]?$"
);

/// The text before the first of the names that are joined with this one.
fn strip_enumeration(before: &str) -> &str {
    ENUMERATION
        .find(before)
        .map_or(before, |names| &before[..names.start()])
}
