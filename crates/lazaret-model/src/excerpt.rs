//! Excerpts of hostile text, made safe to show.

use serde::{Deserialize, Serialize};

/// How many characters of a line are shown.
const WIDTH: usize = 160;

/// One line of source text with the part that matters marked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The line, cut to 160 characters around the marked part (`…` where it
    /// was cut); control, invisible and bidirectional characters are written
    /// as `\u{…}`, so that it can go to a terminal.
    pub text: String,
    /// First marked byte of `text`.
    pub start: u32,
    /// One past the last marked byte.
    pub end: u32,
}

impl Excerpt {
    /// The line of `source` that holds byte `start`, with `start..end` (as far
    /// as it is on that line) marked. Offsets outside or inside a character
    /// are moved to the nearest earlier boundary.
    pub fn of(source: &str, start: usize, end: usize) -> Self {
        let start = source.floor_char_boundary(start);
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[start..]
            .find('\n')
            .map_or(source.len(), |at| start + at);
        let end = source.floor_char_boundary(end.clamp(start, line_end));
        let (before, marked, after) = (
            &source[line_start..start],
            &source[start..end],
            source[end..line_end].trim_end(),
        );

        let marked_count = marked.chars().take(WIDTH).count();
        let context = (WIDTH - marked_count) / 2;
        let before_cut = before.chars().count().saturating_sub(context);
        let mut text = String::new();
        if before_cut > 0 {
            text.push('…');
        }
        for c in before.chars().skip(before_cut) {
            push_visible(&mut text, c);
        }
        // Indentation says nothing in a single line.
        if before_cut == 0 {
            text = text.trim_start().to_owned();
        }
        let mark_start = text.len();
        for c in marked.chars().take(WIDTH) {
            push_visible(&mut text, c);
        }
        let mark_end = text.len();
        let room = WIDTH - marked_count;
        let mut rest = after.chars();
        for c in rest.by_ref().take(room.max(context)) {
            push_visible(&mut text, c);
        }
        if rest.next().is_some() || marked.chars().nth(WIDTH).is_some() {
            text.push('…');
        }
        Self {
            text,
            start: mark_start as u32,
            end: mark_end as u32,
        }
    }

    /// Any text made safe to show, on one line, whole.
    pub fn whole(text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            push_visible(&mut out, if matches!(c, '\n' | '\r') { ' ' } else { c });
        }
        out
    }

    /// Any text made safe to show, on one line, cut, nothing marked.
    pub fn plain(text: &str) -> Self {
        Self::of(&text.replace(['\n', '\r'], " "), 0, 0)
    }
}

fn push_visible(out: &mut String, c: char) {
    let hidden = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}');
    match c {
        '\t' => out.push(' '),
        c if c.is_control() || hidden => out.extend(c.escape_unicode()),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_the_part_on_its_line() {
        let excerpt = Excerpt::of("a\n    os.system('x')\nb", 6, 15);
        assert_eq!(excerpt.text, "os.system('x')");
        assert_eq!(
            &excerpt.text[excerpt.start as usize..excerpt.end as usize],
            "os.system"
        );
    }

    #[test]
    fn cuts_long_lines_around_the_mark_and_shows_no_control_characters() {
        let line = format!("{}\u{1b}[31mX\u{202e}{}", "a".repeat(500), "b".repeat(500));
        let at = line.find('X').unwrap();
        let excerpt = Excerpt::of(&line, at, at + 1);
        assert!(excerpt.text.starts_with('…') && excerpt.text.ends_with('…'));
        assert!(excerpt.text.contains("\\u{1b}[31mX\\u{202e}"));
        assert!(excerpt.text.chars().count() < 300);
    }

    #[test]
    fn survives_any_offsets() {
        for start in 0..12 {
            for end in 0..12 {
                let _ = Excerpt::of("é\nü☃", start, end);
            }
        }
    }
}
