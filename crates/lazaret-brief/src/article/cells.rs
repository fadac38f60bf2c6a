//! Cells of tables that reach over several rows.

use std::collections::HashMap;

/// The cells of a table's row while it is read.
#[derive(Default)]
pub(super) struct Cells {
    /// The column of the next one.
    column: usize,
    /// The one being read, if it reaches over several rows: its column, their
    /// number, and where its text begins.
    spanning: Option<(usize, usize, usize)>,
    /// Rows that cells above still reach over, by their column.
    spans: HashMap<usize, (usize, String)>,
    /// Bytes repeated so far, in all tables.
    repeated: usize,
}

/// Cells over several rows in one table, and bytes of each that are repeated.
const SPANS: usize = 8;
const SPANNED: usize = 80;

/// Bytes repeated on a page: a short row may repeat many times its length.
const REPEATED: usize = 1 << 20;

impl Cells {
    /// Begins a table.
    pub(super) fn begin_table(&mut self) {
        *self = Self {
            repeated: self.repeated,
            ..Self::default()
        };
    }

    /// Begins a row.
    pub(super) fn begin_row(&mut self) {
        self.column = 0;
    }

    /// Begins a cell; those above that reach down into the row stand before it.
    pub(super) fn begin(&mut self, rows: Option<String>, text: &mut String) {
        self.end(text);
        while let Some((left, above)) = self
            .spans
            .get_mut(&self.column)
            .filter(|(left, _)| *left > 0)
        {
            *left -= 1;
            text.push('\t');
            if self.repeated + above.len() <= REPEATED {
                text.push_str(above);
                self.repeated += above.len();
            }
            self.column += 1;
        }
        text.push('\t');
        let rows = rows.and_then(|rows| rows.trim().parse().ok()).unwrap_or(1);
        self.spans.retain(|_, (left, _)| *left > 0);
        if rows > 1 && self.spans.len() < SPANS {
            self.spanning = Some((self.column, rows, text.len()));
        }
        self.column += 1;
    }

    /// Keeps a cell that reaches over several rows.
    pub(super) fn end(&mut self, text: &str) {
        if let Some((column, rows, start)) = self.spanning.take() {
            let text = text.get(start..).unwrap_or_default().trim();
            let text = &text[..text.floor_char_boundary(SPANNED)];
            self.spans.insert(column, (rows - 1, text.to_owned()));
        }
    }
}
