//! One command.

use super::{aggregate, bracket, expr, list, search};
use crate::spl::{
    ast::{Command, Kind, Name, Settings},
    scan::{Cursor, Parsed},
};

/// Fields that one `eval` assigns.
const ASSIGNMENTS: usize = 1_000;

/// A command and its arguments.
pub(super) fn command(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.peek();
    let start = cursor.at;
    let name = cursor
        .until(|c| !c.is_ascii_alphanumeric() && c != '_')
        .to_ascii_lowercase();
    if name.is_empty() {
        return Err(cursor.wrong("a command was expected"));
    }
    let named = start..cursor.at;
    let kind = arguments(cursor, &name)?;
    let span = match kind {
        Kind::Unsupported => named,
        _ => start..cursor.at,
    };
    Ok(Command { name, span, kind })
}

fn arguments(cursor: &mut Cursor<'_>, name: &str) -> Parsed<Kind> {
    Ok(match name {
        "search" => Kind::Search(search::search(cursor, &[])?),
        "where" => Kind::Where(expr::expr(cursor)?),
        "eval" => eval(cursor)?,
        "stats" | "eventstats" | "streamstats" | "chart" | "timechart" | "sistats" => {
            Kind::Stats(aggregate::stats(cursor, name)?)
        }
        "tstats" => Kind::Tstats(aggregate::tstats(cursor)?),
        "rename" => Kind::Rename(list::renames(cursor)?),
        "fields" => {
            let away = cursor.eat("-");
            cursor.eat("+");
            Kind::Fields(away, cursor.names(&[])?)
        }
        "table" => Kind::Fields(false, cursor.names(&[])?),
        "dedup" => list::dedup(cursor)?,
        "sort" => list::sort(cursor)?,
        "head" => list::head(cursor)?,
        "tail" => {
            let settings = settings(cursor, &["limit"])?;
            let count = cursor.until(|c| c == '|' || c == ']').parse().ok();
            Kind::Tail(count.or(settings.count("limit")).unwrap_or(10))
        }
        "top" | "rare" => list::top(cursor, name == "rare")?,
        "rex" => list::rex(cursor)?,
        "regex" => list::regex(cursor)?,
        "join" => join(cursor)?,
        "append" | "appendcols" | "appendpipe" => {
            let settings = settings(
                cursor,
                &[
                    "extendtimerange",
                    "maxtime",
                    "maxout",
                    "timeout",
                    "override",
                    "run_in_preview",
                ],
            )?;
            Kind::Append(settings, Box::new(bracket(cursor)?))
        }
        "union" | "multisearch" => {
            settings(cursor, &["maxtime", "maxout", "timeout"])?;
            let mut parts = Vec::new();
            while !cursor.ended() || cursor.peek() == Some('[') {
                if cursor.peek() == Some('[') {
                    parts.push(bracket(cursor)?);
                } else {
                    return Err(cursor.wrong("a subsearch in brackets was expected"));
                }
                while cursor.eat(",") {}
                if matches!(cursor.peek(), None | Some('|' | ']')) {
                    break;
                }
            }
            Kind::Union(parts)
        }
        "lookup" => list::lookup(cursor)?,
        "inputlookup" => {
            let mut given = settings(cursor, &["append", "start", "max", "strict"])?;
            let table = cursor.name()?;
            given
                .0
                .extend(settings(cursor, &["append", "start", "max", "strict"])?.0);
            let condition = match cursor.word("where") {
                true => Some(search::search(cursor, &[])?),
                false => None,
            };
            Kind::InputLookup(table, given, condition)
        }
        "mvexpand" | "nomv" | "makemv" | "mvcombine" => {
            let known = ["limit", "delim", "tokenizer", "allowempty", "setsv"];
            let mut given = settings(cursor, &known)?;
            let field = cursor.name()?;
            given.0.extend(settings(cursor, &known)?.0);
            Kind::One(given, field)
        }
        "spath" => {
            let known = ["input", "output", "path"];
            let mut given = settings(cursor, &known)?;
            let mut path = None;
            while !cursor.ended() {
                path = Some(cursor.name()?);
                given.0.extend(settings(cursor, &known)?.0);
            }
            Kind::Spath(given, path)
        }
        "bin" | "bucket" | "discretize" => bin(cursor)?,
        "foreach" => {
            let mut fields = Vec::new();
            settings(cursor, &["fieldstr", "matchstr", "matchseg1", "mode"])?;
            while cursor.peek() != Some('[') {
                if cursor.ended() {
                    return Err(cursor.wrong("a template in brackets was expected"));
                }
                cursor.eat(",");
                fields.push(cursor.name()?);
            }
            Kind::Foreach(fields, cursor.bracketed()?)
        }
        "map" => {
            let given = settings(cursor, &["search", "maxsearches"])?;
            if cursor.peek() == Some('[') {
                Kind::Map(cursor.bracketed()?, given)
            } else {
                Kind::Map(given.get("search").unwrap_or("").to_owned(), given)
            }
        }
        "convert" => list::convert(cursor)?,
        "replace" => list::replace(cursor)?,
        "return" => list::returned(cursor)?,
        "from" | "datamodel" => from(cursor, name)?,
        "accum" | "delta" | "autoregress" => {
            let field = cursor.name()?;
            let alias = match cursor.word("AS") {
                true => Some(cursor.name()?),
                false => None,
            };
            Kind::Running(field, alias, settings(cursor, &["p"])?)
        }
        "fillnull" | "filldown" | "addtotals" | "addcoltotals" | "makeresults" | "addinfo"
        | "format" | "outputlookup" | "collect" | "iplocation" | "transaction" | "eventcount"
        | "metadata" | "makecontinuous" | "tags" | "typer" | "localop" | "noop" | "reverse"
        | "xmlkv" | "fromjson" | "extract" | "kv" | "sendalert" | "outputcsv" | "abstract"
        | "highlight" | "rest" | "loadjob" | "savedsearch" | "uniq" | "transpose" | "untable"
        | "xyseries" | "inputcsv" | "fieldformat" | "strcat" => plain(cursor, name)?,
        _ => {
            skip(cursor)?;
            Kind::Unsupported
        }
    })
}

/// Arguments of a command that is not known: over brackets and quotes.
fn skip(cursor: &mut Cursor<'_>) -> Parsed<()> {
    while !cursor.ended() || cursor.peek() == Some('[') {
        match cursor.peek() {
            Some('[') => {
                cursor.bracketed()?;
            }
            Some('"') => {
                cursor.quoted()?;
            }
            Some(c) => cursor.at += c.len_utf8(),
            None => break,
        }
    }
    Ok(())
}

/// Options that come next.
pub(super) fn settings(cursor: &mut Cursor<'_>, known: &[&str]) -> Parsed<Settings> {
    let mut found = Settings::default();
    loop {
        while cursor.eat(",") {}
        let Some((name, value)) = cursor.setting(known)? else {
            return Ok(found);
        };
        found.0.push(crate::spl::ast::Setting { name, value });
    }
}

/// Any options and field names.
fn plain(cursor: &mut Cursor<'_>, name: &str) -> Parsed<Kind> {
    if name == "fieldformat" {
        skip(cursor)?;
        return Ok(Kind::Plain(Settings::default(), Vec::new()));
    }
    let mut found = Settings::default();
    let mut names: Vec<Name> = Vec::new();
    while !cursor.ended() {
        if cursor.eat(",") {
            continue;
        }
        let word = cursor.name()?;
        if cursor.eat("=") {
            // Where a value is left out, the option is empty.
            let value = match cursor.ended() {
                true => String::new(),
                false if cursor.peek() == Some('(') => {
                    cursor.expect("(")?;
                    let start = cursor.at;
                    expr::expr(cursor)?;
                    let text = cursor.text.get(start..cursor.at).unwrap_or("").to_owned();
                    cursor.expect(")")?;
                    text
                }
                false => cursor.value()?.0,
            };
            found.0.push(crate::spl::ast::Setting {
                name: word.text.to_ascii_lowercase(),
                value,
            });
        } else {
            names.push(word);
        }
    }
    Ok(Kind::Plain(found, names))
}

fn eval(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let mut assigned = Vec::new();
    loop {
        while cursor.eat(",") {}
        if cursor.ended() {
            break;
        }
        let start = cursor.at;
        let name = match cursor.peek() {
            Some('"' | '\'') => cursor.name()?,
            _ => {
                let text = cursor.until(|c| "=|[]\"(),".contains(c)).to_owned();
                Name {
                    text,
                    span: start..cursor.at,
                }
            }
        };
        if name.text.is_empty() {
            return Err(cursor.wrong("a field's name was expected"));
        }
        cursor.expect("=")?;
        cursor.fits(assigned.len(), ASSIGNMENTS, "assignments")?;
        assigned.push((name, expr::expr(cursor)?));
        if !cursor.ended() && cursor.peek() != Some(',') {
            return Err(cursor.wrong("`,` or `|` was expected"));
        }
    }
    Ok(Kind::Eval(assigned))
}

fn join(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let known = [
        "type",
        "max",
        "overwrite",
        "usetime",
        "earlier",
        "left",
        "right",
    ];
    let mut given = settings(cursor, &known)?;
    let mut fields = Vec::new();
    while cursor.peek() != Some('[') {
        if matches!(cursor.peek(), None | Some('|' | ']')) {
            return Err(cursor.wrong("a subsearch in brackets was expected"));
        }
        if cursor.eat(",") {
            continue;
        }
        fields.push(cursor.name()?);
        given.0.extend(settings(cursor, &known)?.0);
    }
    Ok(Kind::Join(given, fields, Box::new(bracket(cursor)?)))
}

fn bin(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let known = ["span", "bins", "minspan", "start", "end", "aligntime"];
    let mut given = settings(cursor, &known)?;
    let field = cursor.name()?;
    let mut alias = None;
    while !cursor.ended() {
        if cursor.word("AS") {
            alias = Some(cursor.name()?);
            continue;
        }
        let more = settings(cursor, &known)?;
        if more.0.is_empty() {
            return Err(cursor.wrong("an option of `bin` was expected"));
        }
        given.0.extend(more.0);
    }
    Ok(Kind::Bin(field, alias, given))
}

fn from(cursor: &mut Cursor<'_>, command: &str) -> Parsed<Kind> {
    let first = cursor.name()?;
    let text = first.text.clone();
    if command == "from" {
        let (kind, rest) = text.split_once(':').unwrap_or((&text, ""));
        let named = match rest {
            "" if !cursor.ended() => cursor.name()?.text,
            rest => rest.to_owned(),
        };
        let named = named.trim_matches('"').to_owned();
        let span = first.span.start..cursor.at;
        if kind != "datamodel" {
            let text = if named.is_empty() { text } else { named };
            return Ok(Kind::InputLookup(
                Name { text, span },
                Settings::default(),
                None,
            ));
        }
        let (model, dataset) = match named.split_once('.') {
            Some((model, dataset)) => (model.to_owned(), Some(dataset.to_owned())),
            None => (named, None),
        };
        let name = |text| Name {
            text,
            span: span.clone(),
        };
        return Ok(Kind::From(name(model), dataset.map(name), false));
    }
    let dataset = match cursor.ended() {
        true => None,
        false => Some(cursor.name()?),
    };
    let flat = cursor.word("flat");
    let _ = cursor.word("search");
    settings(
        cursor,
        &["summariesonly", "allow_old_summaries", "strict_fields"],
    )?;
    let _ = cursor.word("search");
    settings(
        cursor,
        &["summariesonly", "allow_old_summaries", "strict_fields"],
    )?;
    Ok(Kind::From(first, dataset, !flat))
}
