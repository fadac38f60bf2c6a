//! Packages that are plain by their own form: purls, `name@version`, records.

use lazaret_model::{Ecosystem, Package};

use super::{
    Certainty, Finder, Named,
    ecosystem::ecosystems_in,
    name::is_file_name,
    version::{VERSION, versions_after},
    words::is_noun_alone,
};

pattern!(
    pub(super) PURL,
    r"\bpkg:(?:npm|pypi|gem|cargo|nuget|golang|maven|composer)/[A-Za-z0-9%@/._+~-]*[A-Za-z0-9]"
);
pattern!(
    pub(super) AT_VERSION,
    r"(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[A-Za-z0-9][A-Za-z0-9._~-]*)@(?P<op>[\^~=v]?)(?P<version>\d+(?:\.\d+)+(?:[-+][0-9A-Za-z.-]*[0-9A-Za-z])?)(?P<more>(?:(?:, | ?/ ?|, and | and )v?\d+(?:\.\d+)+(?:-[0-9A-Za-z.-]*[0-9A-Za-z])?)*)"
);
pattern!(
    /// `publisher/extension@1.2`, `owner/image@1.2`
    OWNED_VERSION,
    r"(?:^|[\s(\x22'`\u{201c}\[])(?P<name>[A-Za-z0-9][\w-]*/[A-Za-z0-9][\w.-]*)[@:]v?(?P<version>\d+(?:\.\d+)+(?:[-+][0-9A-Za-z.-]*[0-9A-Za-z])?)"
);
pattern!(
    /// `@scope/name:1.2.3`, `some-name:1.2.3`
    COLON_VERSION,
    r"(?:^|[\s(\x22'`\u{201c}\[])(?P<name>@[a-z0-9~][\w.~-]*/[a-z0-9][\w.~-]*|[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+):v?(?P<version>\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]*[0-9A-Za-z])?)(?:$|[\s,;)\x22'`\u{201d}\]])"
);
pattern!(
    /// "Malicious code in nump (PyPI)", "Malware in foo"
    RECORDED,
    r"(?im)^(?:malicious (?:code|package|version)|malware|embedded malicious code|backdoor) in [\x22'`\u{201c}]?(?P<name>(?:@[a-z0-9~][\w.~-]*/)?[a-z0-9][\w.-]*[a-z0-9])[\x22'`\u{201d}]?(?: \((?P<kind>[A-Za-z.]+)\))?$"
);
pattern!(
    pub(super) EQ_VERSION,
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>\d+(?:\.\d+)*(?:[a-z0-9.+-]*[a-z0-9])?)"
);
pattern!(
    pub(super) SCOPED,
    r"(?:^|[\s(\x22'`\u{201c}\u{2018}\[|,:])(?P<name>@[a-z0-9~][a-z0-9._~-]*/[a-z0-9~][A-Za-z0-9._~-]*)"
);

pattern!(
    pub(super) GEMFILE,
    r#"\bgem ['"](?P<name>[A-Za-z0-9][\w.-]*)['"](?:, ?['"](?:= ?)?(?P<version>\d[\w.]*)['"])?"#
);
pattern!(
    /// `group:artifact:version`
    pub(super) MAVEN,
    r"\b(?P<name>(?:[a-z][\w-]*\.)+[\w-]+:[a-zA-Z][\w.-]*\w|(?:com|org|io|net|dev|de|me|ai|app)(?:\.[a-z][\w-]*)+/[a-zA-Z][\w.-]*\w)(?::(?:jar:)?(?P<version>\d[\w.-]*\w))?"
);
pattern!(
    /// A dependency in a `pom.xml`.
    DEPENDENCY,
    r"<groupId>\s*(?P<group>[\w.-]+)\s*</groupId>\s*<artifactId>\s*(?P<artifact>[\w.-]+)\s*</artifactId>(?:\s*<version>\s*(?P<version>\d[\w.-]*)\s*</version>)?"
);

pattern!(
    pub(super) ACTION,
    r"(?i)\b(?:github )?actions? [`'\x22\u{201c}]?(?P<name>[a-z0-9][\w-]*/[\w][\w.-]*[\w])(?:@(?P<version>v?\d+(?:\.\d+)*))?"
);

pattern!(
    /// A step of a workflow.
    ACTION_USED,
    r"\buses: [`'\x22]?(?P<name>[a-z0-9][\w-]*/[\w][\w.-]*[\w])@(?P<version>v\d+(?:\.\d+)*)?"
);

pattern!(
    /// "the `owner/name` GitHub Action"
    ACTION_AFTER,
    r"(?i)(?:^|[\s(\x22'`\u{201c}])(?P<name>[a-z0-9][\w-]*/[\w][\w.-]*[\w])(?:@(?P<version>v?\d+(?:\.\d+)*))?[\x22'`\u{201d}]? github actions?\b"
);

pattern!(
    /// `owner/some-action`, `owner/setup-tool`
    ACTION_NAME,
    r"(?:^|[\s(\x22'`\u{201c}])(?P<name>[a-z0-9][\w-]*/(?:setup-[\w.-]*\w|(?:[\w.-]+-)?action(?:-[\w-]+|s)?))(?:@(?P<version>v\d+(?:\.\d+)*))?\b"
);

impl Finder<'_> {
    pub(super) fn explicit(&self, text: &str, found: &mut Vec<Named>) {
        for m in PURL.find_iter(text) {
            if let Ok(package) = m.as_str().parse::<Package>() {
                found.push(Named {
                    package,
                    versions: None,
                    range: m.range(),
                    certainty: Certainty::Explicit,
                });
            }
        }
        self.recorded(text, found);
        self.linked(text, found);
        self.go_modules(text, found);
        self.vendored(text, found);
        self.archives(text, found);
        self.images(text, found);
        self.prefixed(text, found);
        self.artifacts(text, found);
        self.actions(text, found);
        self.commands(text, found);
        self.looked_for(text, found);
        self.versioned(text, found);
        for name in SCOPED.captures_iter(text).filter_map(|c| c.name("name")) {
            let versions = versions_after(&text[name.end()..]);
            let (npm, certainty) = (Some(Ecosystem::Npm), Certainty::Worded);
            self.push_each(
                found,
                npm,
                name.as_str(),
                &versions,
                name.range(),
                certainty,
            );
        }
    }

    /// Names that the title of a record tells.
    fn recorded(&self, text: &str, found: &mut Vec<Named>) {
        for captures in RECORDED.captures_iter(text) {
            let Some(name) = captures.name("name") else {
                continue;
            };
            if is_noun_alone(name.as_str()) || is_file_name(name.as_str()) {
                continue;
            }
            let ecosystem = captures
                .name("kind")
                .and_then(|kind| ecosystems_in(kind.as_str()).first().copied())
                .or_else(|| self.ecosystem_at(name.start()));
            let (range, certainty) = (name.range(), Certainty::Listed);
            self.push(found, ecosystem, name.as_str(), None, range, certainty);
        }
    }

    /// Artifacts of Maven, where it is spoken of.
    fn artifacts(&self, text: &str, found: &mut Vec<Named>) {
        if !self.usual.contains(&Ecosystem::Maven) {
            return;
        }
        for captures in DEPENDENCY.captures_iter(text) {
            let name = format!("{}/{}", &captures["group"], &captures["artifact"]);
            if let Some(whole) = captures.get(0) {
                let version = captures.name("version").map(|v| v.as_str());
                let (maven, certainty) = (Some(Ecosystem::Maven), Certainty::Worded);
                self.push(found, maven, &name, version, whole.range(), certainty);
            }
        }
        for captures in MAVEN.captures_iter(text) {
            if let Some(name) = captures.name("name")
                && !text[..name.start()].ends_with(['/', ':', '@'])
            {
                let version = captures.name("version").map(|v| v.as_str());
                let (maven, certainty) = (Some(Ecosystem::Maven), Certainty::Worded);
                let range = name.range();
                let name = name.as_str().replacen(':', "/", 1);
                self.push(found, maven, &name, version, range, certainty);
            }
        }
    }

    /// Steps of workflows, and what a Gemfile names.
    fn actions(&self, text: &str, found: &mut Vec<Named>) {
        const ACTIONS: Ecosystem = Ecosystem::GithubActions;
        for (pattern, ecosystem, certainty) in [
            // What a workflow uses is a package, and most are harmless.
            (&*ACTION_USED, ACTIONS, Certainty::Guessed),
            (&*GEMFILE, Ecosystem::Gem, Certainty::Explicit),
            (&*ACTION, ACTIONS, Certainty::Explicit),
            (&*ACTION_AFTER, ACTIONS, Certainty::Explicit),
            (&*ACTION_NAME, ACTIONS, Certainty::Worded),
        ] {
            for captures in pattern.captures_iter(text) {
                if let Some(name) = captures.name("name") {
                    // A pin to a commit is no version.
                    let version = captures
                        .name("version")
                        .filter(|v| !text[v.end()..].starts_with(char::is_alphanumeric))
                        .map(|v| v.as_str());
                    let (name, range) = (name.as_str(), name.range());
                    self.push(found, Some(ecosystem), name, version, range, certainty);
                }
            }
        }
    }

    /// `name@1.2.3`, `name:1.2.3`, `name==1.2.3`
    fn versioned(&self, text: &str, found: &mut Vec<Named>) {
        for (pattern, form) in [
            (&*OWNED_VERSION, Form::Owned),
            (&*COLON_VERSION, Form::Colon),
            (&*AT_VERSION, Form::At),
            (&*EQ_VERSION, Form::Equal),
        ] {
            for captures in pattern.captures_iter(text) {
                let (Some(name), Some(version)) = (captures.name("name"), captures.name("version"))
                else {
                    continue;
                };
                // The second half of `publisher/name@1.0`.
                if form == Form::At && text[..name.start()].ends_with('/')
                    // `foo==2\.6\.1` is an expression.
                    || text[version.end()..].starts_with('\\')
                {
                    continue;
                }
                let meant = self.ecosystem_at(name.start());
                let ecosystem = match form {
                    Form::Owned => {
                        meant.filter(|e| matches!(e, Ecosystem::Vscode | Ecosystem::Composer))
                    }
                    Form::Colon => meant,
                    Form::At => meant
                        .filter(|e| *e != Ecosystem::Vscode || is_extension(name.as_str()))
                        .or(Some(Ecosystem::Npm)),
                    Form::Equal => Some(Ecosystem::Pypi),
                };
                let more = captures.name("more");
                let more = more.into_iter().flat_map(|more| {
                    VERSION
                        .captures_iter(more.as_str())
                        .filter_map(|c| c.name("v"))
                        .map(move |v| {
                            let range = more.start() + v.start()..more.start() + v.end();
                            (v.as_str(), range)
                        })
                });
                let first = (version.as_str(), name.start()..version.end());
                for (version, range) in std::iter::once(first).chain(more) {
                    let certainty = Certainty::Explicit;
                    let version = Some(version);
                    self.push(found, ecosystem, name.as_str(), version, range, certainty);
                }
            }
        }
    }
}

/// `publisher.extension`
pub(super) fn is_extension(name: &str) -> bool {
    !name.contains(['@', '/']) && !is_file_name(name) && name.split('.').count() == 2
}

/// How a name is joined with its version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Owned,
    Colon,
    At,
    Equal,
}
