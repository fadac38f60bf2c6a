//! Packages that are plain by their own form: purls, registry addresses, install
//! commands, `name@version`.

use lazaret_model::{Ecosystem, Package};

use super::{
    Certainty, Finder, Named,
    ecosystem::ecosystems_in,
    name::{is_file_name, looks_like_name},
    version::{VERSION, versions_after},
    words::{is_noun_alone, is_plain_english},
};

pattern!(
    pub(super) PURL,
    r"\bpkg:(?:npm|pypi|gem|cargo|nuget|golang|maven|composer)/[A-Za-z0-9%@/._+~-]*[A-Za-z0-9]"
);
pattern!(
    pub(super) INSTALL,
    r"(?m)\b(?P<tool>npm (?:i|install|add)|npx|yarn (?:global )?add|pnpm (?:add|i|install|dlx)|bun add|(?:python3? -m )?pip3? install|pipx install|uv (?:pip install|add)|poetry add|gem install|bundle add|cargo (?:add|install)|go (?:get|install)|dotnet add package|Install-Package|nuget install|composer require)(?P<rest>(?:[ \t]+(?:--?[A-Za-z][\w-]*(?:=\S+)?|[@A-Za-z][^\s,;:)\]'\x22`]*))+)"
);
pattern!(
    /// What follows the last word of a command that ends with a flag or a colon.
    COMMAND_VERSION,
    r"^(?:(?P<colon>:)|[ \t=]+)[\x22']?=?v?(?P<version>\d+(?:\.\d+)+(?:[-+][\w.-]*\w)?)"
);
pattern!(FLAG, r"(?i)(?:-v|--version|-version|--vers)$");
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
    /// "the litellm PyPI package", "compromise of axios npm package"
    REGISTERED,
    r"(?P<name>(?:@[a-z0-9~][\w.~-]*/)?\b[a-z0-9][\w.-]*[a-z0-9])[\x22'`\u{201d}]? (?P<kind>npm|NPM|PyPI|pypi|RubyGems|NuGet|Rust|Packagist|Composer|crates\.io) (?:HTTP client )?(?:[Pp]ackage|[Ll]ibrary|[Mm]odule|crate|gem)\b"
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
        for captures in OWNED_VERSION.captures_iter(text) {
            if let (Some(name), Some(version)) = (captures.name("name"), captures.name("version"))
                && let Some(ecosystem @ (Ecosystem::Vscode | Ecosystem::Composer)) =
                    self.ecosystem_at(name.start())
            {
                let range = name.start()..version.end();
                let version = Some(version.as_str());
                let certainty = Certainty::Explicit;
                self.push(
                    found,
                    Some(ecosystem),
                    name.as_str(),
                    version,
                    range,
                    certainty,
                );
            }
        }
        for captures in COLON_VERSION.captures_iter(text) {
            if let (Some(name), Some(version)) = (captures.name("name"), captures.name("version")) {
                let ecosystem = self.ecosystem_at(name.start());
                let range = name.start()..version.end();
                let version = Some(version.as_str());
                let certainty = Certainty::Explicit;
                self.push(found, ecosystem, name.as_str(), version, range, certainty);
            }
        }
        for (pattern, certainty) in [
            (&*REGISTERED, Certainty::Worded),
            (&*RECORDED, Certainty::Listed),
        ] {
            for captures in pattern.captures_iter(text) {
                let Some(name) = captures.name("name") else {
                    continue;
                };
                let known = captures
                    .name("kind")
                    .and_then(|kind| ecosystems_in(kind.as_str()).first().copied());
                let ecosystem = known.or_else(|| self.ecosystem_at(name.start()));
                if is_noun_alone(name.as_str()) || is_file_name(name.as_str()) {
                    continue;
                }
                let end = self.structure.sentence_at(name.start()).end.max(name.end());
                let versions = match captures.get(0) {
                    Some(whole) if whole.end() <= end => versions_after(&text[whole.end()..end]),
                    _ => Vec::new(),
                };
                let (name, range) = (name.as_str(), name.range());
                self.push_each(found, ecosystem, name, &versions, range, certainty);
            }
        }
        self.linked(text, found);
        self.go_modules(text, found);
        self.vendored(text, found);
        self.archives(text, found);
        self.images(text, found);
        self.prefixed(text, found);
        if self.usual.contains(&Ecosystem::Maven) {
            for captures in MAVEN.captures_iter(text) {
                if let Some(name) = captures.name("name")
                    && !text[..name.start()].ends_with(['/', ':', '@'])
                {
                    let version = captures.name("version").map(|v| v.as_str());
                    let (ecosystem, certainty) = (Some(Ecosystem::Maven), Certainty::Worded);
                    let range = name.range();
                    let name = name.as_str().replacen(':', "/", 1);
                    self.push(found, ecosystem, &name, version, range, certainty);
                }
            }
        }
        for (pattern, ecosystem, certainty) in [
            // What a workflow uses is a package, and most are harmless.
            (&*ACTION_USED, Ecosystem::GithubActions, Certainty::Guessed),
            (&*GEMFILE, Ecosystem::Gem, Certainty::Explicit),
            (&*ACTION, Ecosystem::GithubActions, Certainty::Explicit),
            (
                &*ACTION_AFTER,
                Ecosystem::GithubActions,
                Certainty::Explicit,
            ),
            (&*ACTION_NAME, Ecosystem::GithubActions, Certainty::Worded),
        ] {
            for captures in pattern.captures_iter(text) {
                if let Some(name) = captures.name("name") {
                    // A pin to a commit is no version.
                    let version = captures
                        .name("version")
                        .filter(|v| !text[v.end()..].starts_with(char::is_alphanumeric))
                        .map(|v| v.as_str());
                    let range = name.range();
                    let name = name.as_str();
                    self.push(found, Some(ecosystem), name, version, range, certainty);
                }
            }
        }
        for captures in INSTALL.captures_iter(text) {
            let (Some(tool), Some(rest)) = (captures.name("tool"), captures.name("rest")) else {
                continue;
            };
            let ecosystem = match tool.as_str().split([' ', '-']).next().unwrap_or_default() {
                "npm" | "npx" | "yarn" | "pnpm" | "bun" => Ecosystem::Npm,
                "pip" | "pip3" | "pipx" | "uv" | "poetry" | "python" | "python3" => Ecosystem::Pypi,
                "gem" | "bundle" => Ecosystem::Gem,
                "cargo" => Ecosystem::Cargo,
                "go" => Ecosystem::Golang,
                "composer" => Ecosystem::Composer,
                _ => Ecosystem::Nuget,
            };
            // In running text only the first word is sure to be a name.
            let code = self.is_code(rest.start());
            // "after `npm install` ends": the command is over.
            if !code && self.is_code(tool.start()) {
                continue;
            }
            // The command ends with the code that it is set in.
            let span = self
                .structure
                .block_at(rest.start())
                .and_then(|index| self.structure.block(index))
                .and_then(|block| block.code.iter().find(|r| r.contains(&rest.start())));
            let end = span.map_or(rest.end(), |span| span.end.min(rest.end()));
            let words = text[rest.start()..end.max(rest.start())]
                .split_whitespace()
                .filter(|word| !word.starts_with('-'));
            // "gem install foo -v 1.2.3", "composer require a/b:1.2.3": the version
            // of the last name.
            let last = (rest.end() <= end)
                .then(|| COMMAND_VERSION.captures(&text[rest.end()..]))
                .flatten()
                .filter(|captures| {
                    let flagged = FLAG.is_match(rest.as_str());
                    flagged != captures.name("colon").is_some()
                })
                .and_then(|captures| captures.name("version"))
                .map(|version| version.as_str());
            let words: Vec<&str> = words.collect();
            let count = words.len();
            for (nth, word) in words
                .into_iter()
                .enumerate()
                // What follows the name of what is run is given to it.
                .take(if code && !tool.as_str().ends_with(['x']) {
                    20
                } else {
                    1
                })
            {
                // "secrets leave during npm install to a server"
                let bare = word.trim_end_matches('.');
                let inflected = ["ed", "ing", "es"].iter().any(|end| bare.ends_with(end));
                if !code && (is_plain_english(word) || inflected && !looks_like_name(bare)) {
                    break;
                }
                let start = word.as_ptr() as usize - text.as_ptr() as usize;
                let (name, version) = split_version(word.trim_end_matches('.'));
                let version = version.or(last.filter(|_| nth + 1 == count));
                self.push(
                    found,
                    Some(ecosystem),
                    name,
                    version,
                    start..start + word.len(),
                    Certainty::Explicit,
                );
            }
        }
        for captures in AT_VERSION.captures_iter(text) {
            let (Some(name), Some(version)) = (captures.name("name"), captures.name("version"))
            else {
                continue;
            };
            // The second half of `publisher/name@1.0`.
            if text[..name.start()].ends_with('/') {
                continue;
            }
            let ecosystem = self
                .ecosystem_at(name.start())
                .filter(|e| *e != Ecosystem::Vscode)
                .or(Some(Ecosystem::Npm));
            let range = name.start()..version.end();
            self.push(
                found,
                ecosystem,
                name.as_str(),
                Some(version.as_str()),
                range,
                Certainty::Explicit,
            );
            if let Some(more) = captures.name("more") {
                for v in VERSION
                    .captures_iter(more.as_str())
                    .filter_map(|c| c.name("v"))
                {
                    let range = more.start() + v.start()..more.start() + v.end();
                    self.push(
                        found,
                        ecosystem,
                        name.as_str(),
                        Some(v.as_str()),
                        range,
                        Certainty::Explicit,
                    );
                }
            }
        }
        for captures in EQ_VERSION.captures_iter(text) {
            if let (Some(name), Some(version), Some(whole)) = (
                captures.name("name"),
                captures.name("version"),
                captures.get(0),
            ) {
                self.push(
                    found,
                    Some(Ecosystem::Pypi),
                    name.as_str(),
                    Some(version.as_str()),
                    whole.range(),
                    Certainty::Explicit,
                );
            }
        }
        for captures in SCOPED.captures_iter(text) {
            if let Some(name) = captures.name("name") {
                let rest = &text[name.end()..];
                let versions = versions_after(rest);
                let certainty = Certainty::Worded;
                if versions.is_empty() {
                    self.push(
                        found,
                        Some(Ecosystem::Npm),
                        name.as_str(),
                        None,
                        name.range(),
                        certainty,
                    );
                }
                for version in versions {
                    self.push(
                        found,
                        Some(Ecosystem::Npm),
                        name.as_str(),
                        Some(version),
                        name.range(),
                        certainty,
                    );
                }
            }
        }
    }
}

fn split_version(word: &str) -> (&str, Option<&str>) {
    for separator in ["==", ">=", "~=", "<="] {
        if let Some((name, version)) = word.split_once(separator) {
            return (name, (separator == "==").then_some(version));
        }
    }
    match word.char_indices().skip(1).find(|(_, c)| *c == '@') {
        Some((at, _)) => {
            let version = &word[at + 1..];
            let fixed = version.starts_with(|c: char| c.is_ascii_digit());
            (&word[..at], fixed.then_some(version))
        }
        None => (word, None),
    }
}
