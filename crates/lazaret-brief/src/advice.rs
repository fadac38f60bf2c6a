//! What advice is told by: `content/brief/cues/advice.txt`.

use lazaret_content::Content;

/// Phrases by where they stand, as they are written.
#[derive(Debug, Default)]
pub(crate) struct Advice {
    /// Beginnings of headings over advice (`#`).
    pub(crate) headings: Vec<String>,
    /// Beginnings of sentences (`^`).
    pub(crate) starts: Vec<String>,
    /// Anywhere in a sentence.
    pub(crate) anywhere: Vec<String>,
}

impl Advice {
    pub(crate) fn load(content: &Content) -> Self {
        let text = content.get("brief/cues/advice.txt").unwrap_or_default();
        let text = String::from_utf8_lossy(text);
        let mut advice = Self::default();
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            let (list, phrase) = match (line.strip_prefix('#'), line.strip_prefix('^')) {
                (Some(heading), _) => (&mut advice.headings, heading.trim()),
                (None, Some(start)) => (&mut advice.starts, start),
                (None, None) => (&mut advice.anywhere, line),
            };
            list.push(phrase.to_owned());
        }
        advice
    }
}
