//! From text to syntax tree.

mod aggregate;
mod command;
pub(super) mod expr;
mod list;
pub(super) mod search;

use super::{
    ast::{Command, Kind, Pipeline},
    scan::{Cursor, Parsed},
};
use crate::error::{Class, Diagnostic};

/// The most commands of a text, subsearches included.
const COMMANDS: usize = 2_000;

/// Reads a whole hunt, its macros already written out.
///
/// # Errors
/// The first place that does not follow the grammar.
pub fn parse(text: &str) -> Result<Pipeline, Diagnostic> {
    if text.matches('|').count() > COMMANDS * 4 {
        return Err(Diagnostic::new(
            Class::Limit,
            0..0,
            "the search holds too many commands",
        ));
    }
    let mut cursor = Cursor::new(text);
    let found = pipeline(&mut cursor)?;
    match cursor.peek() {
        None => Ok(found),
        Some(_) => Err(cursor.wrong("`|` or the end was expected")),
    }
}

/// Commands up to the end or a closing bracket.
fn pipeline(cursor: &mut Cursor<'_>) -> Parsed<Pipeline> {
    cursor.deeper()?;
    let mut commands = Vec::new();
    if cursor.peek() != Some('|') {
        cursor.peek();
        let start = cursor.at;
        if !cursor.ended() {
            cursor.word("search");
            let kind = Kind::Search(search::search(cursor, &[])?);
            commands.push(Command {
                name: "search".to_owned(),
                span: start..cursor.at,
                kind,
            });
        }
    }
    while cursor.eat("|") {
        // An empty command does nothing.
        if cursor.ended() {
            continue;
        }
        if commands.len() >= COMMANDS {
            return Err(cursor.wrong("fewer commands were expected"));
        }
        commands.push(command::command(cursor)?);
        if !cursor.ended() {
            let name = commands.last().map_or("", |command| command.name.as_str());
            return Err(cursor.wrong(&format!("`{name}` ends here; `|` was expected")));
        }
    }
    cursor.depth -= 1;
    Ok(Pipeline { commands })
}

/// A pipeline in brackets.
fn bracket(cursor: &mut Cursor<'_>) -> Parsed<Pipeline> {
    cursor.expect("[")?;
    let found = pipeline(cursor)?;
    cursor.expect("]")?;
    Ok(found)
}
