//! Packages named by a path: modules of Go, `vendor/name` of Composer.

use lazaret_model::Ecosystem;

use super::{Certainty, Finder, Named, name::is_file_name, version::versions_after};

pattern!(
    pub(super) GO_MODULE,
    r"\b(?P<name>(?:(?:github|gitlab)\[?\.\]?com|bitbucket\[?\.\]?org|codeberg\.org|gopkg\.in|golang\.org/x)/[\w-][\w.-]*[\w-](?:/[\w-][\w.-]*[\w-])*)(?:@(?P<version>v\d+\.\d+\.\d+(?:-[\w.-]*\w)?))?"
);

pattern!(
    /// A hyphen tells it from "client/server".
    VENDORED,
    r"(?i)(?:^|[\s(\x22'])(?P<name>[a-z0-9]+(?:[-_][a-z0-9]+)*/[a-z0-9]+(?:[-_][a-z0-9]+)+|[a-z0-9]+(?:[-_][a-z0-9]+)+/[a-z0-9]+)(?:$|[\s,.;:)\x22'])"
);
pattern!(
    /// "images are owner/name and owner/other"
    TOLD_IMAGES,
    r"(?i)\bimages?\b[^.;:\n]{0,40}?(?: are| is| were| was| named| called| such as| like| including|:) (?P<names>[\x22'`]?[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*[a-z0-9][\x22'`]?(?:(?:, and |, | and )[\x22'`]?[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*[a-z0-9][\x22'`]?)*)"
);
pattern!(OWNED, r"[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*[a-z0-9]");

impl Finder<'_> {
    /// Images that a sentence tells in a row.
    fn images_told(&self, text: &str, found: &mut Vec<Named>) {
        for captures in TOLD_IMAGES.captures_iter(text) {
            let Some(names) = captures.name("names") else {
                continue;
            };
            for name in OWNED.find_iter(names.as_str()) {
                let range = names.start() + name.start()..names.start() + name.end();
                let ecosystem = Some(Ecosystem::Docker);
                let certainty = Certainty::Worded;
                self.push(found, ecosystem, name.as_str(), None, range, certainty);
            }
        }
    }

    /// `vendor/name` in a sentence on Packagist.
    pub(super) fn vendored(&self, text: &str, found: &mut Vec<Named>) {
        if self.usual.contains(&Ecosystem::Docker) {
            self.images_told(text, found);
        }
        if !self.usual.contains(&Ecosystem::Composer) {
            return;
        }
        for captures in VENDORED.captures_iter(text) {
            let Some(name) = captures.name("name") else {
                continue;
            };
            // `src/helpers.php`, `storage/key.pem`
            let file = name
                .as_str()
                .rsplit_once('/')
                .is_some_and(|(_, last)| is_file_name(last))
                || text[name.end()..].starts_with('.')
                    && text[name.end() + 1..].starts_with(char::is_alphanumeric);
            // What is set as code is told where Composer is spoken of at all.
            let ecosystem = match self.is_code(name.start()) {
                true => self.usual.first().copied(),
                false => self.ecosystem_at(name.start()),
            };
            if ecosystem == Some(Ecosystem::Composer) && !file {
                let range = name.range();
                self.push_versions(found, name.as_str(), range, Certainty::Worded);
            }
        }
    }

    /// Modules of Go are named by the address of their repository; what speaks
    /// of Go and is no link means the module.
    pub(super) fn go_modules(&self, text: &str, found: &mut Vec<Named>) {
        for captures in GO_MODULE.captures_iter(text) {
            let (Some(whole), Some(name)) = (captures.get(0), captures.name("name")) else {
                continue;
            };
            let linked = text[..whole.start()].ends_with(['/', '@', ':', '.']);
            if linked || self.ecosystem_at(whole.start()) != Some(Ecosystem::Golang) {
                continue;
            }
            let told = versions_after(text[whole.end()..].split('\n').next().unwrap_or_default());
            let versions = match captures.name("version") {
                Some(version) => vec![version.as_str()],
                None => told,
            };
            let (range, certainty) = (whole.range(), Certainty::Worded);
            let name = name.as_str().replacen("[.]", ".", 1);
            let ecosystem = Some(Ecosystem::Golang);
            self.push_each(found, ecosystem, &name, &versions, range, certainty);
        }
    }
}
