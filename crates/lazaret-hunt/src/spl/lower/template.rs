//! What is worked out value by value (`mvfilter`, `mvmap`) or written out for
//! each field or row (`foreach`, `map`).

use super::{Lower, Lowered, Relation, Span, visible};
use crate::{
    error::Class,
    functions::cell::Cell,
    spl::{
        ast::{Expr, ExprKind, Name, Settings},
        expand,
        functions::{compare, eval, value, wildcard},
        parser,
    },
};

/// The values of each field of a row.
type Fields = Vec<Vec<String>>;

/// Searches that one `map` may run.
const SEARCHES: usize = 10;

/// Whether an expression can be worked out from one value alone.
fn supported(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Whole(_) | ExprKind::Number(..) | ExprKind::Text(_) | ExprKind::Field(..) => true,
        ExprKind::Call(name, args) => {
            let known = eval::FUNCTIONS.iter().any(|(known, ..)| known == name)
                || matches!(name.as_str(), "isnull" | "isnotnull" | "if" | "in" | "null");
            known && args.iter().all(supported)
        }
        ExprKind::Minus(inner) | ExprKind::Not(inner) => supported(inner),
        ExprKind::Binary(_, a, b) => supported(a) && supported(b),
        ExprKind::In(value, items) => supported(value) && items.iter().all(supported),
        ExprKind::Matches(_) => false,
    }
}

/// The expression's value where its only field is `item`.
fn worked(expr: &Expr, item: &str) -> Cell<'static> {
    let all = |args: &[Expr]| args.iter().map(|arg| worked(arg, item)).collect::<Vec<_>>();
    match &expr.kind {
        ExprKind::Whole(number) => Cell::Long(*number),
        ExprKind::Number(number, _) => Cell::Real(*number),
        ExprKind::Text(text) => Cell::owned(text.clone()),
        ExprKind::Field(..) => Cell::owned(item),
        ExprKind::Minus(inner) => compare::arithmetic("-", &Cell::Long(0), &worked(inner, item)),
        ExprKind::Not(inner) => match worked(inner, item) {
            Cell::Bool(truth) => Cell::Bool(!truth),
            _ => Cell::Null,
        },
        ExprKind::Call(name, args) => match (name.as_str(), all(args).as_slice()) {
            ("isnull", [cell]) => Cell::Bool(*cell == Cell::Null),
            ("isnotnull", [cell]) => Cell::Bool(*cell != Cell::Null),
            ("if", [condition, then, otherwise]) => match condition {
                Cell::Bool(true) => then.clone(),
                _ => otherwise.clone(),
            },
            ("in", [value, items @ ..]) => Cell::Bool(
                items
                    .iter()
                    .any(|other| compare::compare("=", value, other) == Some(true)),
            ),
            (name, args) => eval::call(name, args),
        },
        ExprKind::In(value, items) => {
            let value = worked(value, item);
            Cell::Bool(
                all(items)
                    .iter()
                    .any(|other| compare::compare("=", &value, other) == Some(true)),
            )
        }
        ExprKind::Binary(operator, a, b) => {
            let (a, b) = (worked(a, item), worked(b, item));
            let truth = |cell: &Cell<'_>| *cell == Cell::Bool(true);
            match *operator {
                "and" => Cell::Bool(truth(&a) && truth(&b)),
                "or" => Cell::Bool(truth(&a) || truth(&b)),
                "xor" => Cell::Bool(truth(&a) != truth(&b)),
                "like" => eval::call("like", &[a, b]),
                "+" | "-" | "*" | "/" | "%" => compare::arithmetic(operator, &a, &b),
                "." => match (value::text(&a), value::text(&b)) {
                    (Some(a), Some(b)) => Cell::owned(format!("{a}{b}")),
                    _ => Cell::Null,
                },
                operator => compare::compare(operator, &a, &b).map_or(Cell::Null, Cell::Bool),
            }
        }
        ExprKind::Matches(_) => Cell::Null,
    }
}

/// A condition on one value.
pub(super) fn test(expr: &Expr) -> Option<impl Fn(&str) -> bool + Send + Sync + 'static> {
    let expr = supported(expr).then(|| expr.clone())?;
    Some(move |item: &str| worked(&expr, item) == Cell::Bool(true))
}

/// What one value becomes.
pub(super) fn mapping(
    expr: &Expr,
    field: &str,
) -> Option<impl Fn(&str) -> Cell<'static> + Send + Sync + 'static> {
    let mut fields = Vec::new();
    fields_of(expr, &mut fields);
    let alone = fields.iter().all(|name| name == field);
    let expr = (alone && supported(expr)).then(|| expr.clone())?;
    Some(move |item: &str| worked(&expr, item))
}

fn fields_of(expr: &Expr, out: &mut Vec<String>) {
    match &expr.kind {
        ExprKind::Field(name, _) => out.push(name.clone()),
        ExprKind::Call(_, args) => args.iter().for_each(|arg| fields_of(arg, out)),
        ExprKind::Minus(inner) | ExprKind::Not(inner) => fields_of(inner, out),
        ExprKind::Binary(_, a, b) => {
            fields_of(a, out);
            fields_of(b, out);
        }
        ExprKind::In(value, items) => {
            fields_of(value, out);
            items.iter().for_each(|item| fields_of(item, out));
        }
        _ => {}
    }
}

impl Lower<'_> {
    pub(super) fn foreach(
        &mut self,
        relation: Relation,
        fields: &[Name],
        template: &str,
        span: &Span,
    ) -> Lowered<Relation> {
        let mut written = Vec::new();
        for pattern in fields {
            let regex = wildcard::names(&pattern.text);
            for name in self.matching(&relation, &pattern.text) {
                let part = regex
                    .as_ref()
                    .and_then(|regex| regex.captures(&name))
                    .and_then(|found| found.get(1))
                    .map_or("", |found| found.as_str());
                let text = template
                    .replace("<<FIELD>>", &name)
                    .replace("<<MATCHSTR>>", part)
                    .replace("<<MATCHSEG1>>", part);
                written.push(text);
            }
        }
        let mut relation = relation;
        for text in written {
            relation = self.template(relation, &text, span)?;
        }
        Ok(relation)
    }

    fn template(&mut self, relation: Relation, text: &str, span: &Span) -> Lowered<Relation> {
        // Places in a template that was written out say nothing: the command
        // that holds it is named instead.
        let here = |mut error: crate::error::Diagnostic| {
            error.span = span.clone();
            error
        };
        let text = text.trim_start().trim_start_matches('|');
        let parsed = parser::parse(&format!("| {text}")).map_err(here)?;
        let mut relation = relation;
        for command in &parsed.commands {
            let mut command = command.clone();
            command.span = span.clone();
            relation = self.apply(relation, &command)?;
        }
        Ok(relation)
    }

    pub(super) fn map(
        &mut self,
        relation: &Relation,
        template: &str,
        settings: &Settings,
        span: &Span,
    ) -> Lowered<Relation> {
        let most = settings
            .count("maxsearches")
            .unwrap_or(SEARCHES)
            .min(SEARCHES * 10);
        let relation = match relation.order.is_empty() {
            true => relation.clone(),
            false => relation.sort(relation.order.clone())?,
        };
        let (columns, rows) = self.rows(&relation, most + 1)?;
        if rows.len() > most {
            self.warn(
                Class::Limit,
                span,
                format!("`map` runs {most} searches and leaves the other rows out"),
            );
        }
        let mut out: Option<Relation> = None;
        let written = match rows.is_empty() {
            // Nothing to run it for: it is still checked.
            true => vec![template.to_owned()],
            false => rows
                .iter()
                .take(most)
                .map(|row| {
                    let mut text = template.to_owned();
                    for (name, value) in columns.iter().zip(row) {
                        let value = value.join(" ").replace('\\', "\\\\").replace('"', "\\\"");
                        text = text.replace(&format!("${name}$"), &value);
                    }
                    text
                })
                .collect(),
        };
        let catalog = std::sync::Arc::clone(&self.context.catalog);
        for text in &written {
            let here = |mut error: crate::error::Diagnostic| {
                error.span = span.clone();
                error
            };
            // Macros in quotes were left as they are.
            let text = expand::expand(text, catalog.knowledge()).map_err(here)?;
            for note in text.notes {
                self.warn(note.class, span, note.message);
            }
            let parsed = parser::parse(&text.text).map_err(here)?;
            let next = self.pipeline(&parsed)?;
            out = Some(match out {
                None => next,
                Some(before) => self.appended(&before, &next)?,
            });
        }
        let out = match out {
            Some(out) => out,
            None => relation,
        };
        match rows.is_empty() {
            true => out.take(0),
            false => Ok(out),
        }
    }

    /// The fields of rows that a plan needs as values.
    pub(super) fn rows(
        &mut self,
        relation: &Relation,
        most: usize,
    ) -> Lowered<(Vec<String>, Vec<Fields>)> {
        use crate::functions::cell::{Reader, normal};
        let columns: Vec<_> = visible(relation).cloned().collect();
        let shown = relation.keep(|name| columns.iter().any(|column| column.name == name))?;
        let mut rows = Vec::new();
        for batch in self.context.rows(&shown.plan, most)? {
            let arrays: Vec<_> = columns
                .iter()
                .zip(batch.columns())
                .map(|(column, array)| (normal(array, column.scalar), column.scalar))
                .collect();
            let readers: Vec<Reader<'_>> = arrays
                .iter()
                .map(|(array, scalar)| Reader::new(array, *scalar))
                .collect();
            for row in 0..batch.num_rows() {
                let cells = readers.iter().map(|reader| value::values(&reader.get(row)));
                rows.push(cells.collect());
            }
        }
        let names = columns.into_iter().map(|column| column.name).collect();
        Ok((names, rows))
    }
}
