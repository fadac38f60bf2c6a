//! Plain text: mails, threads, advisories, text taken out of a PDF. Wrapped
//! lines become paragraphs again, columns become rows, lists become items.

use super::{Article, BlockKind};

pattern!(
    MAIL_FIELD,
    r"^(?P<name>[A-Z][A-Za-z-]{1,30}): ?(?P<value>.*)$"
);
pattern!(
    PAGE_NUMBER,
    r"(?i)(?:^|\s)(?:page|seite|página|pagina|стр\.?|第) ?\d{1,4}(?: ?(?:of|von|de|di|из|/|页) ?\d{0,4})?\s*(?:页|\s|$)"
);
pattern!(BULLET, r"^(?:[-*•·‣▪◦+–—]|\(?\d{1,3}[.)]|\[\+\])[ \t]+");
pattern!(POST, r"^\d{1,2}(?:/\d{0,2}|\.\))[ \t]+");
pattern!(GAP, r"[ ]{2,}|\t+| +\| +");
pattern!(HEX, r"^[0-9a-fA-F]{12,127}$");
pattern!(DIGEST, r"^[0-9a-fA-F]{32,128}$");
pattern!(RULE, r"^\s*[-=~_*#]{3,}\s*$");

/// Width over which a line was not wrapped by hand.
const WRAPPED: usize = 120;

/// Words of the longest cell of a table.
const CELL_WORDS: usize = 6;

/// Reads the text into blocks.
pub(super) fn read(source: &str) -> Article {
    let lines: Vec<&str> = source.lines().map(str::trim_end).collect();
    let mut reader = Reader {
        article: Article::default(),
        paragraph: String::new(),
        last: 0,
        bare_list: false,
        torn: false,
        wrapped: is_wrapped(&lines),
        source,
    };
    let start = reader.mail_header(&lines);
    let end = signature(&lines).unwrap_or(lines.len()).max(start);
    reader.body(&lines[start..end]);
    reader.article
}

struct Reader<'a> {
    article: Article,
    /// The paragraph being put together.
    paragraph: String,
    /// Bytes of the last line of it.
    last: usize,
    /// The items being read have no marks.
    bare_list: bool,
    /// The paragraph ends in a name that was torn out of its sentence.
    torn: bool,
    /// Lines were broken at a width.
    wrapped: bool,
    source: &'a str,
}

impl Reader<'_> {
    /// Takes the fields of a mail; gives the first line after them.
    fn mail_header(&mut self, lines: &[&str]) -> usize {
        let mut end = 0;
        let mut fields = Vec::new();
        for line in lines.iter().take(40) {
            if let Some(field) = MAIL_FIELD.captures(line) {
                fields.push((field["name"].to_lowercase(), field["value"].to_owned()));
            } else if line.starts_with([' ', '\t']) && !fields.is_empty() {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else {
                break;
            }
            end += 1;
        }
        let field = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v);
        let (Some(subject), true) = (field("subject"), field("from").is_some()) else {
            return 0;
        };
        let mut title = subject.trim();
        loop {
            let shorter = title
                .strip_prefix('[')
                .and_then(|rest| rest.split_once(']'))
                .map(|(_, rest)| rest)
                .or_else(|| {
                    ["Re:", "RE:", "Fwd:", "FW:"]
                        .iter()
                        .find_map(|p| title.strip_prefix(p))
                });
            match shorter {
                Some(rest) if !rest.trim().is_empty() => title = rest.trim(),
                _ => break,
            }
        }
        self.article.title = Some(title.to_owned());
        self.article.published = field("date")
            .map(|date| crate::feed::date(date.trim()).unwrap_or_else(|| date.clone()));
        self.article
            .push(BlockKind::Heading(1), title, Vec::new(), Vec::new());
        end
    }

    fn body(&mut self, lines: &[&str]) {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let least = lines
            .iter()
            .filter(|line| !line.trim().is_empty())
            .map(|line| indent(line))
            .min()
            .unwrap_or(0);
        let mut index = 0;
        while let Some(raw) = lines.get(index) {
            let line = raw.trim();
            let next = lines.get(index + 1).map_or("", |line| line.trim());
            let above = index.checked_sub(1).map_or("", |above| lines[above].trim());
            index += 1;
            let is_number = line.len() < WRAPPED && PAGE_NUMBER.is_match(line);
            if line.is_empty() || RULE.is_match(line) || is_number {
                // A page's foot does not end the paragraph that goes on over it.
                if !is_number {
                    self.flush();
                }
                continue;
            }
            if let Some(found) = POST.find(line) {
                self.flush();
                self.line(&line[found.end()..]);
                continue;
            }
            if let Some(found) = BULLET.find(line) {
                self.flush();
                let mut text = line[found.end()..].to_owned();
                while let Some(more) = lines.get(index).filter(|more| {
                    indent(more) > indent(raw)
                        && !more.trim().is_empty()
                        && !BULLET.is_match(more.trim())
                }) {
                    join(&mut text, more.trim(), self.source);
                    index += 1;
                }
                self.push(BlockKind::Item, &text);
                continue;
            }
            // After a colon, short lines are a list without marks.
            let announced = self.article.blocks.last().is_some_and(|block| {
                let text = &self.article.text[block.range.clone()];
                match block.kind {
                    BlockKind::Paragraph => text.ends_with([':', '：']),
                    BlockKind::Item => self.bare_list,
                    _ => false,
                }
            });
            let short = line.len() <= 70
                && line.split_whitespace().count() <= 5
                && !line.ends_with(['.', ':', '!', '?']);
            let several = [above, next].iter().any(|other| {
                !other.is_empty() && other.len() <= 70 && other.split_whitespace().count() <= 5
            });
            if self.paragraph.is_empty()
                && announced
                && short
                && (several || self.bare_list)
                && !is_row(line)
                && !(self.bare_list && above.is_empty())
            {
                self.bare_list = true;
                self.push(BlockKind::Item, line.trim_end_matches([',', ';']));
                continue;
            }
            self.bare_list = false;
            let deep = indent(raw) >= least + 4 || raw.starts_with('\t');
            if deep && (self.paragraph.is_empty()) {
                let from = index - 1;
                while lines.get(index).is_some_and(|more| {
                    (indent(more) >= least + 4 || more.starts_with('\t')) && !more.trim().is_empty()
                }) {
                    index += 1;
                }
                let mut text = String::new();
                for line in &lines[from..index] {
                    match broken_digest(&text, line.trim()) {
                        true => text.push_str(line.trim()),
                        false => {
                            if !text.is_empty() {
                                text.push('\n');
                            }
                            text.push_str(line.trim());
                        }
                    }
                }
                self.push(BlockKind::Code, &text);
                continue;
            }
            if is_row(line) && (is_row(next) || is_row(above) || starts_with_digest(line)) {
                self.flush();
                let cells: Vec<&str> = GAP.split(line.trim_matches('|').trim()).collect();
                self.push(BlockKind::Row, &cells.join("\t"));
                continue;
            }
            if let Some(cells) = csv(line)
                && [next, above]
                    .iter()
                    .any(|other| csv(other).is_some_and(|o| o.len() == cells.len()))
            {
                self.flush();
                self.push(BlockKind::Row, &cells.join("\t"));
                continue;
            }
            if lines.len() > 1 && self.is_heading(line, above, next) {
                self.flush();
                let level = if self.article.blocks.is_empty() { 1 } else { 2 };
                self.push(BlockKind::Heading(level), line.trim_end_matches(':'));
                continue;
            }
            self.line(line);
        }
        self.flush();
    }

    /// A line that is no element of anything: it goes on with the paragraph, or
    /// begins one, or is an entry of a list without marks.
    fn line(&mut self, line: &str) {
        if broken_digest(&self.paragraph, line) {
            self.paragraph.push_str(line);
            return;
        }
        let alone = !line.contains(char::is_whitespace) && !line.ends_with([':', '.']);
        let hyphen = self
            .paragraph
            .strip_suffix('-')
            .is_some_and(|rest| rest.ends_with(char::is_alphanumeric))
            && line.starts_with(char::is_lowercase);
        // Pages lose the mark-up of a name with its line: "version 2.0 of / foo /
        // contains".
        let torn = self.torn;
        self.torn = alone && is_open(&self.paragraph);
        if self.torn || torn && line.starts_with(|c: char| c.is_lowercase() || ",.;:)".contains(c))
        {
            let space = !line.starts_with([',', '.', ';', ':', ')']);
            if space {
                self.paragraph.push(' ');
            }
            self.paragraph.push_str(line);
            self.last = line.len();
            return;
        }
        let goes_on = self.wrapped && (self.last >= 45 || hyphen) && !self.paragraph.ends_with(':');
        if !self.paragraph.is_empty() && goes_on {
            join(&mut self.paragraph, line, self.source);
            self.last = line.len();
            return;
        }
        self.flush();
        if alone && !self.article.blocks.is_empty() && !DIGEST.is_match(line) && !HEX.is_match(line)
        {
            self.push(BlockKind::Item, line.trim_end_matches([',', ';']));
            return;
        }
        self.last = line.len();
        self.paragraph.push_str(line);
    }

    fn is_heading(&self, line: &str, above: &str, next: &str) -> bool {
        let words = line.split_whitespace().count();
        above.is_empty()
            && (next.is_empty() || BULLET.is_match(next) || RULE.is_match(next))
            && words <= 9
            && line.len() <= 80
            && line.chars().any(char::is_alphabetic)
            && !line.ends_with(['.', ',', ';', '!', '?'])
            && !line.contains(['[', '@', '/', '\\', '='])
            && !line.contains("://")
            && (words > 1
                || is_registry(line)
                || line.chars().all(|c| c.is_alphabetic() || c == ':'))
            && (is_registry(line)
                || line
                    .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || !c.is_ascii()))
    }

    fn push(&mut self, kind: BlockKind, text: &str) {
        if self.article.title.is_none() && text.len() < 200 {
            self.article.title = Some(text.to_owned());
        }
        self.article.push(kind, text, Vec::new(), Vec::new());
    }

    fn flush(&mut self) {
        if !self.paragraph.is_empty() {
            let text = std::mem::take(&mut self.paragraph);
            self.push(BlockKind::Paragraph, &text);
        }
        self.last = 0;
    }
}

/// Whether a text ends with a word that more has to follow.
fn is_open(text: &str) -> bool {
    let mut words = text.rsplit(' ');
    let last = words.next().unwrap_or_default();
    words.next().is_some()
        && [
            "a", "an", "and", "as", "by", "called", "crate", "from", "gem", "in", "is", "like",
            "library", "module", "named", "namely", "of", "or", "package", "the", "to", "with",
        ]
        .contains(&last)
}

/// Names of registries head lists in lower case too.
fn is_registry(line: &str) -> bool {
    [
        "npm",
        "pypi",
        "rubygems",
        "crates.io",
        "nuget",
        "go",
        "maven",
        "packagist",
        "vs code",
        "docker hub",
    ]
    .contains(&line.trim_end_matches(':').to_lowercase().as_str())
}

/// Appends a wrapped line to what stands before it.
fn join(text: &mut String, line: &str, source: &str) {
    if broken_digest(text, line) {
        text.push_str(line);
        return;
    }
    let before = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let after = line.split(char::is_whitespace).next().unwrap_or_default();
    let lower = after.starts_with(|c: char| c.is_lowercase());
    if let Some(stem) = before.strip_suffix('-')
        && lower
        && !stem.is_empty()
    {
        // "iden-/tified" is one word; "rails-/i18n" keeps its hyphen.
        let whole = format!(
            "{before}{}",
            after.trim_end_matches(['.', ',', ';', ':', ')'])
        );
        let word = stem.chars().all(char::is_alphabetic)
            && after
                .trim_end_matches(['.', ',', ';', ':', ')'])
                .chars()
                .all(char::is_alphabetic);
        if word && !source.contains(&whole) {
            text.pop();
        }
        text.push_str(line);
        return;
    }
    // An address broken where its line ends.
    let address = before.contains("://") || before.contains("[.]");
    if !(address && before.ends_with(['/', '-', '=', '&', '_', '.', '?'])) {
        text.push(' ');
    }
    text.push_str(line);
}

/// Whether `line` is the rest of a digest that the text ends with.
fn broken_digest(text: &str, line: &str) -> bool {
    let before = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let whole = |len: usize| matches!(len, 32 | 40 | 64 | 128);
    HEX.is_match(before)
        && !line.is_empty()
        && line.bytes().all(|b| b.is_ascii_hexdigit())
        && whole(before.len() + line.len())
        && !(whole(before.len()) && whole(line.len()))
}

/// Whether most lines are comma-separated values.
pub(super) fn is_csv(source: &str) -> bool {
    let lines = || {
        source
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .take(200)
    };
    let rows = lines()
        .filter(|line| !line.starts_with(['|', '-', '*']) && csv(line).is_some())
        .count();
    rows >= 3 && rows * 2 > lines().count()
}

/// The fields of a line of comma- or semicolon-separated values.
fn csv(line: &str) -> Option<Vec<&str>> {
    let separator = [',', ';', '|'].into_iter().find(|c| line.contains(*c))?;
    let prose = match separator {
        ',' => line.contains(", "),
        _ => line.contains(". "),
    };
    let cells: Vec<&str> = line
        .split(separator)
        .map(|cell| cell.trim().trim_matches('"'))
        .collect();
    (!prose && cells.len() >= 2 && line.len() < 1000).then_some(cells)
}

fn starts_with_digest(line: &str) -> bool {
    line.split_whitespace()
        .next()
        .is_some_and(|w| DIGEST.is_match(w))
        && line.contains(' ')
}

/// Whether the line has columns.
fn is_row(line: &str) -> bool {
    let cells: Vec<&str> = GAP.split(line.trim_matches('|').trim()).collect();
    cells.len() >= 2
        && cells
            .iter()
            .all(|cell| cell.split_whitespace().count() <= CELL_WORDS)
        || starts_with_digest(line) && line.split_whitespace().count() <= 3
}

/// Whether lines were broken at a width: none is long, and many are nearly so.
fn is_wrapped(lines: &[&str]) -> bool {
    let widest = lines
        .iter()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0);
    let full = lines
        .iter()
        .filter(|line| line.chars().count() * 10 >= widest * 7)
        .count();
    (45..=WRAPPED).contains(&widest) && full >= 3
}

/// Where a mail's signature starts.
fn signature(lines: &[&str]) -> Option<usize> {
    let at = lines.iter().rposition(|line| *line == "--")?;
    (lines.len() - at <= 12).then_some(at)
}
