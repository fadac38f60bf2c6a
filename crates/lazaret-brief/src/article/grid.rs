//! Tables drawn with signs, as reStructuredText and terminals have them:
//!
//! ```text
//! +------+--------+
//! | name | digest |
//! +======+========+
//! | a    | 0123   |
//! |      | 4567   |
//! +------+--------+
//! ```

use std::borrow::Cow;

pattern!(BORDER, r"^[ \t]*\+(?:[-=:]{2,}\+)+[ \t]*$");

/// The text with such tables as Markdown has them: a row in a line.
pub(super) fn as_rows(source: &str) -> Cow<'_, str> {
    let drawn = |line: &str| line.trim_start().starts_with("+-") && BORDER.is_match(line);
    if !source.lines().any(drawn) {
        return Cow::Borrowed(source);
    }
    let mut text = String::with_capacity(source.len());
    let mut table: Option<Table> = None;
    for line in source.lines() {
        let cells = line
            .trim()
            .strip_prefix('|')
            .and_then(|row| row.strip_suffix('|'));
        match (cells, &mut table) {
            _ if BORDER.is_match(line) => {
                let table = table.get_or_insert_default();
                table.end_row(&mut text, line.contains('='));
            }
            (Some(cells), Some(table)) => table.add(cells),
            (_, open) => {
                if let Some(mut table) = open.take() {
                    table.end_row(&mut text, false);
                }
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    if let Some(mut table) = table {
        table.end_row(&mut text, false);
    }
    Cow::Owned(text)
}

/// A table being read.
#[derive(Default)]
struct Table {
    /// Cells of the row being read.
    row: Vec<String>,
    /// Whether a row was written.
    begun: bool,
}

impl Table {
    /// Adds a line of the row.
    fn add(&mut self, cells: &str) {
        for (index, cell) in cells.split('|').map(str::trim).enumerate() {
            match self.row.get_mut(index) {
                Some(above) if cell.is_empty() || above.is_empty() => above.push_str(cell),
                Some(above) => {
                    above.push(' ');
                    above.push_str(cell);
                }
                None => self.row.push(cell.to_owned()),
            }
        }
    }

    /// Writes the row that ends here, if there is one.
    fn end_row(&mut self, text: &mut String, is_head: bool) {
        if self.row.is_empty() {
            return;
        }
        let rule = "| --- ".repeat(self.row.len());
        if !self.begun && !is_head {
            // Markdown knows no table without a head.
            text.push_str(&format!("\n{}|\n{rule}|\n", "| ".repeat(self.row.len())));
        }
        text.push_str(&format!("| {} |\n", self.row.join(" | ")));
        if !self.begun && is_head {
            text.push_str(&format!("{rule}|\n"));
        }
        self.begun = true;
        self.row.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, BlockKind};

    #[test]
    fn rows_of_drawn_tables() {
        let drawn = "# Files\n\nWere hosted:\n\n\
            +------+--------+\n| name | digest |\n+======+========+\n\
            | a-b  | 01     |\n|      | 23     |\n+------+--------+\n| c    | 45     |\n\
            +------+--------+\n\nThat is all.\n";
        let rows = |text: &str| -> Vec<String> {
            let article = Article::read(text);
            let rows = article.blocks.iter().filter(|b| b.kind == BlockKind::Row);
            rows.map(|b| article.text[b.range.clone()].to_owned())
                .collect()
        };
        assert_eq!(rows(drawn), ["name\tdigest", "a-b\t01 23", "c\t45"]);
        let headless = "# F\n\n+---+----+\n| a | 01 |\n+---+----+\n| b | 02 |\n+---+----+\n";
        assert_eq!(rows(headless), ["a\t01", "b\t02"]);
        assert!(matches!(as_rows("a + b\n+1\n| c |\n"), Cow::Borrowed(_)));
    }
}
