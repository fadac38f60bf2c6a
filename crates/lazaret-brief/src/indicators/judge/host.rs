//! Domains, URLs and e-mail addresses.

use std::net::Ipv4Addr;

use lazaret_model::Confidence;

use super::{Judge, Judgement, address::special_v4, advice, indicator, mentioned};
use crate::indicators::{
    candidate::{Candidate, host_of},
    lists::{HostKind, Lists},
    package::is_file_name,
};

pattern!(
    AIMED,
    r"\b(?:targeting|targets|aimed at|spoofed to|spoofing|impersonating|copied from|for the)\b[^.;:]{0,32}[ (\x22'`]$"
);

pattern!(
    /// A script that is fetched and run.
    PIPED,
    r"\b(?:curl|wget|iwr|invoke-webrequest)\b[^|\n]{0,200}\bhttps?://[^|\n]{1,200}\| ?(?:sudo )?(?:/(?:usr/)?bin/)?(?:ba|z|da)?sh\b"
);

pattern!(
    /// The scheme of a mining pool.
    STRATUM,
    r"stratum\d?\+?(?:tcp|ssl|tls)?://(?:[^\s/@]*@)?$"
);

pattern!(
    /// A command that saves what it fetches, or runs it.
    FETCHED,
    r"\b(?:curl|wget|iwr|invoke-webrequest|certutil|bitsadmin|start-bitstransfer)\b[^|;&\n]{0,120}$"
);

pattern!(
    /// A call that connects to the string that follows.
    CONNECTS,
    r"(?i)\b(?:gethostbyname|connect|create_connection|urlopen|urlretrieve|(?:requests|session|client|s)\.\w+|fetch|axios(?:\.\w+)?|https?\.(?:get|request)|websocket|downloadstring|downloadfile|webclient|resolve\w*)\(\s*(?:\(|\{[^\n]{0,40})?f?[\x22'`](?:https?://)?$"
);

pattern!(
    /// "this fraudulent domain", "the fake login page at"
    CALLED_BAD,
    r"\b(?:attacker[- ]controlled|bogus|counterfeit|fake|fraudulent|im?postor|look-?alike|malicious|phishing|rogue|spoofed|typosquat(?:ted|ting)?) (?:[a-z]+ )?(?:domain|endpoint|host|page|server|site|url|website)s?(?: (?:at|called|hosted (?:at|on)|named|of|on))?[ :(\x22'`\u{201c}]*$"
);

impl Judge<'_> {
    /// Whether code that an article on an attack shows connects to what stands
    /// at `at`.
    fn is_connected(&self, at: usize) -> bool {
        let text = &self.structure.article.text;
        let from = text.ceil_char_boundary(at.saturating_sub(120)).min(at);
        self.habits.attack && self.in_code(at) && CONNECTS.is_match(&text[from..at])
    }

    /// Whether a name is written like a group of Maven where that is spoken of.
    fn is_group(&self, host: &str) -> bool {
        const FIRST: &[&str] = &["ai", "app", "com", "de", "dev", "io", "me", "net", "org"];
        host.split_once('.').is_some_and(|(first, rest)| {
            FIRST.contains(&first)
                && rest.contains('.')
                && self.structure.article.text.contains("Maven")
        })
    }

    /// Whether a command in code fetches what stands at `at`.
    fn is_fetched(&self, at: usize) -> bool {
        let text = &self.structure.article.text;
        let from = text.ceil_char_boundary(at.saturating_sub(160)).min(at);
        self.in_code(at) && FETCHED.is_match(&text[from..at].to_lowercase())
    }

    /// Whether the host is of the article's own site.
    fn is_own(&self, host: &str) -> bool {
        self.habits
            .own
            .iter()
            .any(|own| own == host || host.ends_with(&format!(".{own}")))
    }

    /// What a host is that is no indicator whatever is said of it.
    fn never(&self, host: &str) -> Option<Judgement> {
        if self.is_own(host) {
            return Some(mentioned("the article's own site"));
        }
        is_example(host).then(|| mentioned("a name reserved for examples (RFC 2606)"))
    }

    /// Whether the words right before a place say that the attack is aimed at
    /// what follows, or made to look like it.
    fn is_aimed_at(&self, at: usize) -> bool {
        let text = &self.structure.article.text;
        let start = self
            .structure
            .sentence_at(at)
            .start
            .max(text.floor_char_boundary(at.saturating_sub(48)));
        AIMED.is_match(
            &text
                .get(start.min(at)..at)
                .unwrap_or_default()
                .to_lowercase(),
        )
    }

    /// Whether what follows a host that ends there says that it imitates another.
    fn imitates(&self, end: usize) -> bool {
        let after = self.structure.article.text.get(end..).unwrap_or_default();
        self.habits.attack && advice::imitates(&after[..after.floor_char_boundary(60)])
    }

    /// Whether the words right before a host call it bad.
    fn is_called_bad(&self, at: usize) -> bool {
        let text = &self.structure.article.text;
        let from = text.ceil_char_boundary(at.saturating_sub(80)).min(at);
        CALLED_BAD.is_match(&text[from..at].to_lowercase())
    }

    pub(super) fn host(&self, candidate: &Candidate, host: &str, at: usize) -> Judgement {
        if let Some(harmless) = self.never(host) {
            return harmless;
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
        if candidate.defanged || self.habits.dangerous.contains(host) {
            return indicator(Confidence::High, "the author defanged it");
        }
        if is_file_name(host) || self.lists.is_code_name(host) || self.is_group(host) {
            return mentioned("a file name or a name in code");
        }
        let text = &self.structure.article.text;
        let lead = &text[text.ceil_char_boundary(at.saturating_sub(80)).min(at)..at];
        if STRATUM.is_match(lead) && self.habits.attack {
            return indicator(Confidence::Medium, "a pool to mine for");
        }
        // `eval(r.data)`: an argument that is no string.
        let called = text[..at].ends_with(['(', '[', '{', '!', '=', ',']);
        if called && self.in_code(at) && self.in_code(at - 1) {
            return mentioned("a file name or a name in code");
        }
        if self.listed(at) || self.habits.bare {
            return indicator(Confidence::High, "listed as an indicator");
        }
        if self.is_connected(at) {
            return indicator(Confidence::Medium, "what the code connects to");
        }
        let sentence = self.sentence(at);
        if self.imitates(at + host.len()) {
            return indicator(Confidence::Medium, "it imitates another");
        }
        if self.habits.attack && self.is_called_bad(at) {
            return indicator(Confidence::Medium, "the sentence says what it is");
        }
        if sentence.benign {
            return mentioned("spoken of as harmless");
        }
        let rare = host.matches('.').count() >= 2 || host.contains('-');
        if self.habits.defangs && !(sentence.malicious && rare && self.in_code(at)) {
            return mentioned("the author defangs what is dangerous, and did not defang this");
        }
        if self.is_aimed_at(at) {
            return mentioned("whom it is aimed at, or what it is made to look like");
        }
        if sentence.malicious {
            return indicator(Confidence::Medium, "the sentence says what it is for");
        }
        // Set as code where an attack is told.
        if sentence.ill && rare && self.in_code(at) {
            return indicator(Confidence::Low, "the sentence tells of an attack");
        }
        mentioned("nothing says that it is the attacker's")
    }

    pub(super) fn url(&self, candidate: &Candidate, at: usize) -> Judgement {
        let host = host_of(&candidate.value);
        if let Some(harmless) = self.never(host) {
            return harmless;
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
        // `foo.workers.dev` is one customer's, with all that is below it.
        let below = is_below_shared(host, self.lists) && path.len() <= 1;
        match self.lists.host(host).filter(|_| !below) {
            Some(HostKind::Registry) => return mentioned("a package's page at its registry"),
            Some(HostKind::Vendor) => return mentioned("a security vendor or reference"),
            Some(HostKind::Platform) if !candidate.defanged => {
                return mentioned("a well-known platform");
            }
            Some(HostKind::Code | HostKind::Shared) => {
                if path.len() <= 1 {
                    return mentioned("a service that anyone can use");
                }
                // Who has the address of a webhook can write to it, and no more.
                if self.habits.attack && is_inbox(path) {
                    return indicator(Confidence::Medium, "where data is sent to");
                }
                // A paste that is fetched as it is.
                let fetched = ["download", "fetch", "retriev", "evaluat", "loads", "pulls"];
                if self.habits.attack
                    && path.starts_with("/raw/")
                    && !sentence.benign
                    && fetched.iter().any(|word| sentence.contains(word))
                {
                    return indicator(Confidence::Medium, "what the malware fetches");
                }
                let program = path
                    .rsplit('/')
                    .next()
                    .is_some_and(|name| self.lists.is_program(name));
                if !candidate.defanged && (is_source(path) || program && !self.listed(at)) {
                    return mentioned("a page on a shared service");
                }
                return if candidate.defanged || self.listed(at) {
                    indicator(
                        Confidence::High,
                        "a place of the attacker's on a shared service",
                    )
                } else if self.habits.attack && !sentence.benign && self.is_fetched(at) {
                    indicator(Confidence::Medium, "what the malware fetches")
                } else if self.is_aimed_at(at) {
                    mentioned("whom it is aimed at, or what it is made to look like")
                } else if spoken_ill && (!self.habits.defangs || self.in_code(at))
                    || self.habits.bare
                {
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
        if self.is_connected(at) {
            return indicator(Confidence::Medium, "what the code connects to");
        }
        if self.habits.defangs && !self.in_code(at) {
            return mentioned("the author defangs what is dangerous, and did not defang this");
        }
        // Nobody links to a bare address who does not mean it.
        if host.parse::<Ipv4Addr>().is_ok() && !sentence.benign && self.habits.attack {
            return indicator(Confidence::Medium, "a public address");
        }
        // `curl https://… | sh`: what is run unseen.
        let run = PIPED.is_match(&sentence) || self.is_fetched(at);
        if self.habits.attack && !sentence.benign && run {
            return indicator(Confidence::Medium, "what the malware runs");
        }
        // "Full write-up: https://…/blog/…": who tells of it, not who did it.
        if is_report(path) {
            return mentioned("a page that reports");
        }
        if spoken_ill {
            return indicator(Confidence::Medium, "the sentence says what it is for");
        }
        if below && sentence.ill && !sentence.benign && self.in_code(at) {
            return indicator(Confidence::Low, "the sentence tells of an attack");
        }
        mentioned("nothing says that it is the attacker's")
    }

    pub(super) fn email(&self, candidate: &Candidate, at: usize) -> Judgement {
        let host = candidate.value.rsplit('@').next().unwrap_or_default();
        if self.is_own(host) || self.lists.host(host) == Some(HostKind::Vendor) {
            return mentioned("an address to write to");
        }
        if is_example(host) || candidate.value.starts_with("git@") {
            return mentioned("an example");
        }
        if candidate.defanged || self.listed(at) || self.habits.bare {
            return indicator(Confidence::High, "listed or defanged by the author");
        }
        if self.imitates(at + candidate.value.len()) {
            return indicator(Confidence::Medium, "it imitates another");
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
            "metadata",
            "mail from",
            "message from",
            "phish",
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
        let told = sentence.ill && !sentence.benign && self.in_code(at);
        if (attackers || told) && !contact {
            indicator(Confidence::Medium, "an address of the publisher's")
        } else {
            mentioned("nothing says that it is the attacker's")
        }
    }
}

/// Whether a path on a shared service takes what is sent to it.
fn is_inbox(path: &str) -> bool {
    path.starts_with("/api/webhooks/")
        || path
            .strip_prefix("/bot")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a path on a code host is one of sources, talk or history.
fn is_source(path: &str) -> bool {
    path.split('/').nth(3).is_some_and(|part| {
        matches!(
            part,
            "blob"
                | "tree"
                | "commit"
                | "commits"
                | "issues"
                | "pull"
                | "discussions"
                | "actions"
                | "security"
        )
    })
}

/// Whether a path is one of a post, a report, a forum's thread.
fn is_report(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let mut words = lower.split('/').filter(|part| !part.is_empty());
    words.clone().any(|part| {
        matches!(
            part,
            "blog"
                | "blogs"
                | "news"
                | "post"
                | "posts"
                | "article"
                | "articles"
                | "research"
                | "advisories"
                | "advisory"
                | "security-advisories"
                | "threat-intelligence"
                | "writeups"
                | "vulnerability"
                | "vulnerabilities"
                | "thread"
                | "threads"
        )
    }) && words.next_back().is_some_and(|part| {
        part.len() > 12 && part.contains('-') && (!part.contains('.') || part.ends_with(".html"))
    })
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
