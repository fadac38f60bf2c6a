//! Packages told by a form of their own ecosystem: images, archives, "npm: foo".

use lazaret_model::Ecosystem;

use super::super::spoken::ARCHIVE;
use super::{
    Certainty, Finder, Named,
    explicit::SCOPED,
    name::{is_file_name, looks_like_name},
    words::is_bare,
};
use crate::article::BlockKind;

pattern!(
    /// `docker pull who/image:tag`, `FROM who/image:tag`, `image: who/image`
    pub(super) IMAGE,
    r"(?m)(?:\b(?:docker|podman|nerdctl) (?:image )?(?:pull|run|create)(?:[ \t]+-{1,2}[\w-]+(?:=\S+)?)*[ \t]+|^FROM[ \t]+(?:--platform=\S+[ \t]+)?|\bimage:[ \t]*[\x22']?|hub\.docker\.com/r/)(?P<name>(?:[a-z0-9.-]+(?::\d+)?/)?[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*)(?::(?P<version>[\w][\w.-]{0,60}\w))?"
);
pattern!(
    /// "npm: foo", "PyPI: `foo`", "npm/foo" at the start of a block.
    PREFIXED,
    r"(?i)^(?P<ecosystem>npm|pypi|rubygems|gem|crates\.io|cargo|nuget|go|packagist|maven(?: central)?|vs ?code|visual studio code|open vsx|docker(?: hub)?)(?: package| crate| module| gem| extension)? ?[:/–—] ?[`\x22'“]?(?P<name>@?[A-Za-z0-9][\w./:@-]*[A-Za-z0-9])(?:@(?P<version>v?\d[\w.-]*\w))?"
);
pattern!(
    /// An image set as code in a sentence that speaks of images.
    IMAGE_NAME,
    r"^(?P<name>(?:docker\.io/)?[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*)(?::(?P<version>[\w][\w.-]{0,60}))?$"
);
pattern!(
    COMPOSER,
    r"^(?P<name>[a-z0-9](?:[_.-]?[a-z0-9]+)*/[a-z0-9](?:[_.-]{0,2}[a-z0-9]+)*)(?::(?P<version>v?\d[\w.-]*))?$"
);

impl Finder<'_> {
    /// What a block says after the name of an ecosystem.
    pub(super) fn prefixed(&self, text: &str, found: &mut Vec<Named>) {
        for block in &self.structure.article.blocks {
            let Some(captures) = PREFIXED.captures(&text[block.range.clone()]) else {
                continue;
            };
            let kind = captures["ecosystem"].to_lowercase();
            let ecosystem = match kind.as_str() {
                "vs code" | "vscode" | "visual studio code" | "open vsx" => Some(Ecosystem::Vscode),
                "docker hub" => Some(Ecosystem::Docker),
                "maven central" => Some(Ecosystem::Maven),
                other => Ecosystem::from_purl_type(other),
            };
            let Some(name) = captures.name("name") else {
                continue;
            };
            // One word after a colon may be anything: "npm: nothing new".
            let word = name.as_str();
            let marked = block.is_code(block.range.start + name.start());
            // "PyPI: data-science look-alikes steal keys": a sentence goes on.
            let rest = &text[block.range.start + name.end()..block.range.end];
            let goes_on = rest
                .strip_prefix(' ')
                .is_some_and(|rest| rest.starts_with(char::is_alphabetic))
                && !rest.to_lowercase().starts_with(" v");
            if goes_on && !marked {
                continue;
            }
            // A heading of its own: "PyPI: foo"
            let headed = matches!(block.kind, BlockKind::Heading(_))
                && rest.is_empty()
                && is_bare(word)
                && !self.lists.is_english(word);
            if !(marked || headed || looks_like_name(word) || word.contains('/'))
                || is_file_name(word)
            {
                continue;
            }
            let (bare, at) = match word[1..].find('@') {
                Some(at) => (&word[..at + 1], Some(&word[at + 2..])),
                None => (word, None),
            };
            let range = block.range.start + name.start()..block.range.start + name.end();
            let version = captures.name("version").map(|v| v.as_str()).or(at);
            self.push(found, ecosystem, bare, version, range, Certainty::Worded);
        }
    }

    /// Images of containers.
    pub(super) fn images(&self, text: &str, found: &mut Vec<Named>) {
        for captures in IMAGE.captures_iter(text) {
            let (Some(whole), Some(name)) = (captures.get(0), captures.name("name")) else {
                continue;
            };
            let version = captures.name("version").map(|v| v.as_str());
            let ecosystem = Some(Ecosystem::Docker);
            let certainty = Certainty::Explicit;
            self.push(
                found,
                ecosystem,
                name.as_str(),
                version,
                whole.range(),
                certainty,
            );
        }
        for block in &self.structure.article.blocks {
            for range in &block.code {
                if self.ecosystem_at(range.start) == Some(Ecosystem::Composer)
                    && let Some(captures) = COMPOSER.captures(&text[range.clone()])
                {
                    let version = captures.name("version").map(|v| v.as_str());
                    let (name, range) = (&captures["name"], range.clone());
                    let (ecosystem, certainty) = (Some(Ecosystem::Composer), Certainty::Worded);
                    self.push(found, ecosystem, name, version, range, certainty);
                    continue;
                }
                let Some(captures) = IMAGE_NAME.captures(&text[range.clone()]) else {
                    continue;
                };
                let sentence = text[self.structure.sentence_at(range.start)].to_lowercase();
                let told = ["container", "image"].iter().any(|w| sentence.contains(w));
                if told || self.usual.first() == Some(&Ecosystem::Docker) {
                    let version = captures.name("version").map(|v| v.as_str());
                    self.push(
                        found,
                        Some(Ecosystem::Docker),
                        &captures["name"],
                        version,
                        range.clone(),
                        Certainty::Worded,
                    );
                }
            }
        }
    }

    /// `foo-1.2.3-py3-none-any.whl`, `foo-1.2.3.gem`
    pub(super) fn archives(&self, text: &str, found: &mut Vec<Named>) {
        for captures in ARCHIVE.captures_iter(text) {
            let (Some(whole), Some(name)) = (captures.get(0), captures.name("name")) else {
                continue;
            };
            let ecosystem = match &captures["kind"] {
                ".gem" => Ecosystem::Gem,
                ".crate" => Ecosystem::Cargo,
                ".nupkg" => Ecosystem::Nuget,
                ".vsix" => Ecosystem::Vscode,
                ".tgz" => Ecosystem::Npm,
                _ => Ecosystem::Pypi,
            };
            if text[..whole.start()].ends_with(['/', '\\', '@']) {
                continue;
            }
            // npm leaves the scope out of a tarball's name.
            let scoped = (ecosystem == Ecosystem::Npm)
                .then(|| scoped_name(text, name.as_str()))
                .flatten();
            // Beside a digest, it is a sample.
            let line = &text[text[..whole.start()].rfind('\n').map_or(0, |at| at + 1)..];
            let line = line.split('\n').next().unwrap_or_default();
            let sample = line.len() < 400
                && line
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .any(|word| {
                        matches!(word.len(), 32 | 40 | 64 | 128)
                            && word.bytes().all(|b| b.is_ascii_hexdigit())
                    });
            // Any project's sources are called so.
            let named = || self.words().contains(&name.as_str().to_lowercase());
            if &captures["kind"] == ".tar.gz" && !(sample && named()) {
                continue;
            }
            self.push(
                found,
                Some(ecosystem),
                scoped.unwrap_or(name.as_str()),
                captures.name("version").map(|v| v.as_str()),
                whole.range(),
                match sample {
                    true => Certainty::Listed,
                    false => Certainty::Worded,
                },
            );
        }
    }
}

/// `@scope/name` in the text, for a bare `name`.
fn scoped_name<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    SCOPED
        .captures_iter(text)
        .filter_map(|captures| captures.name("name"))
        .map(|m| m.as_str())
        .find(|scoped| scoped.split_once('/').is_some_and(|(_, bare)| bare == name))
}
