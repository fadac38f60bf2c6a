//! `stats`, `tstats` and their family.

use super::{command::settings, expr, search};
use crate::spl::{
    ast::{Aggregate, Expr, ExprKind, Name, Setting, Settings, Stats, Tstats},
    scan::{Cursor, Parsed},
};

const OPTIONS: &[&str] = &[
    "allnum",
    "delim",
    "partitions",
    "dedup_splitvals",
    "current",
    "window",
    "time_window",
    "global",
    "reset_on_change",
    "limit",
    "otherstr",
    "nullstr",
    "useother",
    "usenull",
    "span",
    "bins",
    "cont",
    "agg",
    "sep",
    "format",
    "partial",
    "minspan",
    "fixedrange",
    "aligntime",
    "allow_old_summaries",
    "summariesonly",
    "local",
    "prestats",
    "append",
    "chunk_size",
    "fillnull_value",
    "include_reduced_buckets",
    "nodename",
    "use_summary_index_values",
    "reset_before",
    "reset_after",
];

/// Aggregates of one command.
const AGGREGATES: usize = 1_000;

/// Everything after `stats`, `chart`, `timechart` …
pub(super) fn stats(cursor: &mut Cursor<'_>, command: &str) -> Parsed<Stats> {
    let mut out = Stats {
        aggregates: Vec::new(),
        by: Vec::new(),
        across: None,
        settings: Settings::default(),
    };
    loop {
        while cursor.eat(",") {}
        out.settings.0.extend(settings(cursor, OPTIONS)?.0);
        if cursor.ended() {
            break;
        }
        if cursor.word("BY") {
            groups(cursor, &mut out, &[])?;
            continue;
        }
        if cursor.word("OVER") {
            let field = cursor.name()?;
            out.by.insert(0, (field, None));
            continue;
        }
        cursor.fits(out.aggregates.len(), AGGREGATES, "aggregates")?;
        out.aggregates.push(aggregate(cursor, &["BY", "OVER"])?);
    }
    if command == "chart" && out.by.len() == 2 {
        out.across = out.by.pop().map(|(name, _)| name);
    }
    Ok(out)
}

fn groups(cursor: &mut Cursor<'_>, out: &mut Stats, stop: &[&str]) -> Parsed<()> {
    loop {
        while cursor.eat(",") {}
        if cursor.ended() || stop.iter().any(|word| cursor.sees(word)) {
            return Ok(());
        }
        let given = settings(cursor, OPTIONS)?;
        if !given.0.is_empty() {
            for setting in given.0 {
                match (setting.name.as_str(), out.by.last_mut()) {
                    ("span", Some((_, span))) => *span = Some(setting.value),
                    _ => out.settings.0.push(setting),
                }
            }
            continue;
        }
        let field = cursor.name()?;
        out.by.push((field, None));
    }
}

/// Everything after `tstats`.
pub(super) fn tstats(cursor: &mut Cursor<'_>) -> Parsed<Tstats> {
    let mut out = Tstats {
        stats: Stats {
            aggregates: Vec::new(),
            by: Vec::new(),
            across: None,
            settings: Settings::default(),
        },
        model: None,
        condition: None,
    };
    loop {
        while cursor.eat(",") {}
        out.stats.settings.0.extend(settings(cursor, OPTIONS)?.0);
        if cursor.ended() {
            return Ok(out);
        }
        if cursor.word("FROM") {
            cursor.peek();
            if cursor.word("datamodel") {
                cursor.eat("=");
                cursor.eat(":");
                let name = cursor.name()?;
                let (model, dataset) = match name.text.split_once('.') {
                    Some((model, dataset)) => (model.to_owned(), Some(dataset.to_owned())),
                    None => (name.text.clone(), None),
                };
                let span = name.span;
                out.model = Some((Name { text: model, span }, dataset));
            } else {
                let name = cursor.name()?;
                let value = name.text;
                out.stats.settings.0.push(Setting {
                    name: "from".to_owned(),
                    value,
                });
            }
            continue;
        }
        if cursor.word("WHERE") {
            let found = search::search(cursor, &["BY", "FROM", "GROUPBY"])?;
            out.condition = Some(match out.condition.take() {
                None => found,
                Some(before) => crate::spl::ast::Search::And(vec![before, found]),
            });
            continue;
        }
        if cursor.word("BY") || cursor.word("GROUPBY") {
            groups(cursor, &mut out.stats, &["WHERE", "FROM"])?;
            continue;
        }
        out.stats
            .aggregates
            .push(aggregate(cursor, &["FROM", "WHERE", "BY"])?);
    }
}

/// `count`, `dc(x) AS y`, `count(eval(a=1))`, `p95(x)`.
fn aggregate(cursor: &mut Cursor<'_>, _stop: &[&str]) -> Parsed<Aggregate> {
    cursor.peek();
    let start = cursor.at;
    let function = cursor
        .until(|c| !c.is_ascii_alphanumeric() && c != '_')
        .to_ascii_lowercase();
    if function.is_empty() {
        return Err(cursor.wrong("an aggregate was expected"));
    }
    let mut argument = None;
    if cursor.peek() == Some('(') {
        cursor.expect("(")?;
        if cursor.peek() != Some(')') {
            argument = Some(over(cursor)?);
        }
        cursor.expect(")")?;
    }
    let text = cursor
        .text
        .get(start..cursor.at)
        .unwrap_or("")
        .trim()
        .to_owned();
    let span = start..cursor.at;
    let alias = match cursor.word("AS") {
        true => Some(cursor.name()?),
        false => None,
    };
    Ok(Aggregate {
        function,
        argument,
        alias,
        text,
        span,
    })
}

/// What an aggregate is over: a field, or an expression in `eval(…)`.
fn over(cursor: &mut Cursor<'_>) -> Parsed<Expr> {
    let back = cursor.at;
    if cursor.word("eval") && cursor.peek() == Some('(') {
        cursor.expect("(")?;
        let found = expr::expr(cursor)?;
        cursor.expect(")")?;
        return Ok(found);
    }
    cursor.at = back;
    cursor.peek();
    let start = cursor.at;
    let name = cursor.name()?;
    if cursor.peek() == Some(')') {
        return Ok(Expr {
            kind: ExprKind::Field(name.text, true),
            span: name.span,
        });
    }
    cursor.at = start;
    expr::expr(cursor)
}
