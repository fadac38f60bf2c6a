//! Macros written out, with the way back to where they stood.

use std::ops::Range;

use super::{knowledge::Knowledge, parser::search::SOURCE};
use crate::error::{Class, Diagnostic, did_you_mean};

/// How deep macros may stand within macros.
const DEPTH: usize = 20;
/// The longest text that macros may grow to.
const LONGEST: usize = 4 << 20;

/// A text without macros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The text.
    pub text: String,
    /// Where pieces of it begin, where they stood, and whether a piece is a
    /// macro's (all of which stands where the macro stood).
    pieces: Vec<(usize, Range<usize>, bool)>,
    /// Notes on macros that nobody defined.
    pub notes: Vec<Diagnostic>,
}

impl Expanded {
    /// The bytes of the hunt that `span` of the expanded text comes from.
    pub fn back(&self, span: &Range<usize>) -> Range<usize> {
        let place = |at: usize, end: bool| {
            let index = self.pieces.partition_point(|(start, _, _)| *start <= at);
            match index
                .checked_sub(1)
                .and_then(|index| self.pieces.get(index))
            {
                Some((_, stood, true)) if end => stood.end,
                Some((_, stood, true)) => stood.start,
                Some((start, stood, false)) => (stood.start + (at - start)).min(stood.end),
                None => at,
            }
        };
        let start = place(span.start, false);
        start..place(span.end, true).max(start)
    }
}

/// Writes out the macros of `text`.
///
/// # Errors
/// A macro that cannot be: unknown with arguments, too deep, too long.
pub fn expand(text: &str, knowledge: &Knowledge) -> Result<Expanded, Diagnostic> {
    let mut out = Expanded::default();
    let mut at = 0;
    while let Some(found) = next(text, at) {
        out.pieces.push((out.text.len(), at..found.start, false));
        out.text.push_str(text.get(at..found.start).unwrap_or(""));
        out.pieces.push((out.text.len(), found.clone(), true));
        let inner = text.get(found.start + 1..found.end - 1).unwrap_or("");
        let command = before(&out.text);
        let written = written(inner, &found, knowledge, command, 0, &mut out.notes)?;
        out.text.push_str(&written);
        if out.text.len() > LONGEST {
            return Err(Diagnostic::new(
                Class::Limit,
                found,
                format!("the macros grow longer than {LONGEST} bytes"),
            ));
        }
        at = found.end;
    }
    out.pieces.push((out.text.len(), at..text.len(), false));
    out.text.push_str(text.get(at..).unwrap_or(""));
    Ok(out)
}

/// Whether a macro after `text` stands where a command does.
fn before(text: &str) -> bool {
    text.trim_end().ends_with('|')
}

/// The next macro at or after `at`, backticks included.
fn next(text: &str, at: usize) -> Option<Range<usize>> {
    let mut from = at;
    loop {
        let rest = text.get(from..)?;
        let start = from + rest.find(['`', '"'])?;
        let found = text.get(start..)?;
        if let Some(comment) = found.strip_prefix("```") {
            from = start + 3 + comment.find("```").map_or(comment.len(), |end| end + 3);
            continue;
        }
        if found.starts_with('"') {
            from = start + quoted(found);
            continue;
        }
        let end = found.get(1..)?.find('`')? + start + 2;
        return Some(start..end);
    }
}

/// The length of a quoted text.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

fn written(
    inner: &str,
    span: &Range<usize>,
    knowledge: &Knowledge,
    command: bool,
    depth: usize,
    notes: &mut Vec<Diagnostic>,
) -> Result<String, Diagnostic> {
    if depth > DEPTH {
        return Err(Diagnostic::new(
            Class::Limit,
            span.clone(),
            format!("macros stand within macros deeper than {DEPTH}"),
        ));
    }
    let inner = inner.trim();
    let (name, args) = match inner.split_once('(') {
        Some((name, args)) => (
            name.trim(),
            arguments(args.trim_end().strip_suffix(')').unwrap_or(args)),
        ),
        None => (inner, Vec::new()),
    };
    let Some(found) = knowledge.find(name, args.len()) else {
        return undefined(name, &args, span, knowledge, command, notes);
    };
    let mut text = found.definition.clone();
    for (name, value) in found.args.iter().zip(&args) {
        // `name=value` names its argument.
        let value = value
            .split_once('=')
            .filter(|(key, _)| key.trim() == name)
            .map_or(value.as_str(), |(_, value)| value);
        text = text.replace(&format!("${name}$"), value.trim());
    }
    let mut out = String::new();
    let mut at = 0;
    while let Some(found) = next(&text, at) {
        out.push_str(text.get(at..found.start).unwrap_or(""));
        let inner = text.get(found.start + 1..found.end - 1).unwrap_or("");
        let command = command && out.trim().is_empty() || before(&out);
        let piece = written(inner, span, knowledge, command, depth + 1, notes)?;
        if out.len() + piece.len() > LONGEST {
            return Err(Diagnostic::new(
                Class::Limit,
                span.clone(),
                format!("the macros grow longer than {LONGEST} bytes"),
            ));
        }
        out.push_str(&piece);
        at = found.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Ok(out)
}

fn undefined(
    name: &str,
    args: &[String],
    span: &Range<usize>,
    knowledge: &Knowledge,
    command: bool,
    notes: &mut Vec<Diagnostic>,
) -> Result<String, Diagnostic> {
    if args.is_empty() && name.ends_with("_filter") {
        return Ok(if command { "search *" } else { "*" }.to_owned());
    }
    let plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '.'));
    if args.is_empty() && command && plain && !name.is_empty() {
        notes.push(
            Diagnostic::new(
                Class::Approximate,
                span.clone(),
                format!("the macro `{name}` is not defined; as a command it does nothing, so that there may be more rows, and fewer fields, than it would leave"),
            )
            .with_help("define it in a file of content/spl/macros/"),
        );
        return Ok("search *".to_owned());
    }
    if !args.is_empty() || !plain || name.is_empty() {
        let mut error = Diagnostic::new(
            Class::UnknownFunction,
            span.clone(),
            format!("there is no macro `{name}` of {} arguments", args.len()),
        );
        error.help = Some(match did_you_mean(name, knowledge.macro_names()) {
            Some(known) if known != name => format!("did you mean `{known}`?"),
            _ => "define it in a file of content/spl/macros/".to_owned(),
        });
        return Err(error);
    }
    notes.push(
        Diagnostic::new(
            Class::Approximate,
            span.clone(),
            format!("the macro `{name}` is not defined; it counts as a source of events of which the lake has none"),
        )
        .with_help("define it in a file of content/spl/macros/"),
    );
    Ok(format!("{SOURCE}={name}"))
}

/// The arguments between the brackets of a macro.
fn arguments(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quote = false;
    let mut deep = 0_usize;
    for c in text.chars() {
        match c {
            '"' => quote = !quote,
            '(' if !quote => deep += 1,
            ')' if !quote => deep = deep.saturating_sub(1),
            ',' if !quote && deep == 0 => {
                out.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out.iter()
        .map(|arg| {
            let arg = arg.trim();
            arg.strip_prefix('"')
                .and_then(|arg| arg.strip_suffix('"'))
                .unwrap_or(arg)
                .to_owned()
        })
        .collect()
}
