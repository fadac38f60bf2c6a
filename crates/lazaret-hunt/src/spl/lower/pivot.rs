//! `xyseries`, `untable`, `transpose`: rows into columns and columns into rows.

use datafusion::logical_expr::LogicalPlanBuilder;

use super::{
    Lower, Lowered, Relation, ScalarType, Settings, Span, Typed,
    aggregate::Call,
    column::{constant, converted, number, own, text},
    reference,
    scalar::{cases, compared},
    visible,
};
use crate::{
    error::Class,
    functions::cell::Cell,
    spl::{
        ast::Name,
        functions::{aggregate::Kind, value},
    },
};

/// Columns that values may become, and columns that may become values.
const COLUMNS: usize = 1_000;
/// Rows that `transpose` takes where it is not told how many.
const TRANSPOSED: usize = 5;

impl Lower<'_> {
    /// A column per value of the second field, of the fields after it.
    pub(super) fn xyseries(
        &mut self,
        relation: Relation,
        settings: &Settings,
        names: &[Name],
        span: &Span,
    ) -> Lowered<Relation> {
        let [x, y, data @ ..] = names else {
            return self.takes_three("xyseries", span);
        };
        if data.is_empty() {
            return self.takes_three("xyseries", span);
        }
        let mut relation = relation;
        if !relation.has(&x.text) {
            let value = self.stored(&relation, &x.text, &x.span);
            relation = self.assign(&relation, vec![(x.text.clone(), value)])?;
        }
        let (mut relation, place) = self.numbered(relation, &[])?;
        let hidden = self.fresh("across");
        let across = text(self.field(&relation, &y.text, &y.span));
        relation = self.assign(&relation, vec![(hidden.clone(), across)])?;
        let mut found = self.headings(&relation, &hidden, COLUMNS + 1)?;
        if found.len() > COLUMNS {
            found.truncate(COLUMNS);
            let message = format!("`xyseries` makes the first {COLUMNS} columns by name only");
            self.warn(Class::Limit, span, message);
        }
        let separator = settings.get("sep").unwrap_or(": ");
        let format = settings.get("format");
        let mut calls = Vec::new();
        for field in data {
            let value = self.field(&relation, &field.text, &field.span);
            for heading in &found {
                let here = compared("=", own(&hidden, ScalarType::String), constant(heading));
                let nothing = Typed::null(value.scalar);
                let name = match (format, data.len()) {
                    (Some(format), _) => format
                        .replace("$AGG$", &field.text)
                        .replace("$VAL$", heading)
                        .replace("$sep$", separator),
                    (None, 1) => heading.clone(),
                    (None, _) => format!("{}{separator}{heading}", field.text),
                };
                calls.push(Call {
                    name,
                    kind: Kind::Last,
                    argument: cases(vec![(here, value.clone())], Some(nothing))?,
                    key: Some(number(own(&place, ScalarType::Long)).expr),
                });
            }
        }
        let mut out = self.grouped(&relation, std::slice::from_ref(&x.text), &calls)?;
        out.open = found.is_empty();
        Ok(out)
    }

    fn takes_three<T>(&self, command: &str, span: &Span) -> Lowered<T> {
        self.fail(
            Class::Arguments,
            span,
            format!("`{command}` takes a field that stays, one of names and one of values"),
        )
    }

    /// A row per column that holds something, but for the first field.
    pub(super) fn untable(
        &mut self,
        relation: Relation,
        names: &[Name],
        span: &Span,
    ) -> Lowered<Relation> {
        let [x, y, data] = names else {
            return self.takes_three("untable", span);
        };
        let relation = self.in_order(relation)?;
        let columns: Vec<String> = visible(&relation)
            .map(|column| column.name.clone())
            .filter(|name| *name != x.text)
            .collect();
        if columns.len() > COLUMNS {
            let message = format!("`untable` takes at most {COLUMNS} columns");
            return self.fail(Class::Limit, span, message);
        }
        let (relation, place) = self.numbered(relation, &[])?;
        let listed: Vec<String> = (0..columns.len()).map(|index| index.to_string()).collect();
        let list = Typed::constant(
            Cell::Dynamic(format!("[{}]", listed.join(",")).into()),
            ScalarType::Dynamic,
        );
        let item = self.fresh("item");
        let relation = self.assign(&relation, vec![(item.clone(), list)])?;
        let relation = self.unnested(&relation, &item)?;
        let index = converted(own(&item, ScalarType::Dynamic), ScalarType::Long);
        let relation = self.assign(&relation, vec![(item.clone(), index)])?;
        let (mut named, mut valued) = (Vec::new(), Vec::new());
        for (index, column) in columns.iter().enumerate() {
            let index = Typed::constant(
                Cell::Long(i64::try_from(index).unwrap_or(i64::MAX)),
                ScalarType::Long,
            );
            let here = compared("=", own(&item, ScalarType::Long), index);
            named.push((here.clone(), constant(column)));
            valued.push((here, self.field(&relation, column, span)));
        }
        let kept = self.stored(&relation, &x.text, &x.span);
        let nothing = || Typed::null(ScalarType::String);
        let (name, value) = match named.is_empty() {
            true => (nothing(), nothing()),
            false => (cases(named, None)?, cases(valued, None)?),
        };
        let mut out = relation.project(vec![
            (x.text.clone(), kept),
            (y.text.clone(), name),
            (data.text.clone(), value),
            (place.clone(), own(&place, ScalarType::Long)),
            (item.clone(), own(&item, ScalarType::Long)),
        ])?;
        out.order = vec![
            reference(&place).sort(true, false),
            reference(&item).sort(true, false),
        ];
        out.filter(reference(&data.text).is_not_null())
    }

    /// The first rows as columns.
    pub(super) fn transpose(
        &mut self,
        relation: Relation,
        settings: &Settings,
        names: &[Name],
        span: &Span,
    ) -> Lowered<Relation> {
        let asked = match names.first() {
            None => settings.count("int").unwrap_or(TRANSPOSED),
            Some(name) => match name.text.parse() {
                Ok(count) => count,
                Err(_) => {
                    let message = "`transpose` takes a number of rows";
                    return self.fail(Class::Arguments, &name.span, message);
                }
            },
        };
        let most = match asked {
            0 => COLUMNS,
            asked => asked.min(COLUMNS),
        };
        let mut relation = self.in_order(relation)?;
        if !relation.order.is_empty() {
            relation = relation.sort(relation.order.clone())?;
        }
        let (fields, mut rows) = self.rows(&relation, most + 1)?;
        if rows.len() > most && (asked == 0 || asked > COLUMNS) {
            let message = format!("`transpose` takes the first {COLUMNS} rows only");
            self.warn(Class::Limit, span, message);
        }
        rows.truncate(most);
        let first = settings.get("column_name").unwrap_or("column");
        if rows.is_empty() {
            let mut out = Relation::empty(&[(first.to_owned(), ScalarType::String)])?;
            out.open = true;
            return Ok(out);
        }
        let header = settings.get("header_field");
        let header = header.and_then(|name| fields.iter().position(|field| field == name));
        // Column, and the row it is of; of columns of one name the first stays.
        let mut columns: Vec<(String, usize)> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let heading = header.and_then(|header| row.get(header));
            let name = match heading.filter(|values| !values.is_empty()) {
                Some(values) => values.join(" "),
                None => format!("row {}", index + 1),
            };
            if name != first && !columns.iter().any(|(known, _)| *known == name) {
                columns.push((name, index));
            }
        }
        let include_empty = settings.truth("include_empty").unwrap_or(true);
        let mut lines = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            let cells: Vec<_> = columns
                .iter()
                .map(|(_, row)| rows.get(*row).and_then(|row| row.get(index)))
                .map(|values| values.cloned().unwrap_or_default())
                .collect();
            if Some(index) == header || (!include_empty && cells.iter().all(Vec::is_empty)) {
                continue;
            }
            let place = Cell::Long(i64::try_from(lines.len()).unwrap_or(i64::MAX));
            let mut line = vec![
                constant(field).expr,
                Typed::constant(place, ScalarType::Long).expr,
            ];
            line.extend(
                cells
                    .into_iter()
                    .map(|values| Typed::constant(value::many(values), ScalarType::Dynamic).expr),
            );
            lines.push(line);
        }
        let place = self.fresh("place");
        let mut shown = vec![
            (first.to_owned(), ScalarType::String),
            (place.clone(), ScalarType::Long),
        ];
        shown.extend(
            columns
                .into_iter()
                .map(|(name, _)| (name, ScalarType::Dynamic)),
        );
        if lines.is_empty() {
            return Relation::empty(&shown);
        }
        let plan = LogicalPlanBuilder::values(lines)?.build()?;
        let given: Vec<String> = plan
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        let columns = shown
            .into_iter()
            .zip(given)
            .map(|((name, scalar), given)| (name, own(&given, scalar)))
            .collect();
        let mut out = Relation::new(plan, Vec::new()).project(columns)?;
        out.order = vec![reference(&place).sort(true, false)];
        Ok(out)
    }
}
