//! Search conditions: any case, wildcards, and a field that is absent fits
//! nothing.

use datafusion::logical_expr::{Expr as Plan, Operator, binary_expr, lit, not};

use super::{
    Lower, Lowered, Relation, ScalarType, Span, Typed,
    column::{resolved, seconds},
    visible,
};
use crate::{
    error::Class,
    functions::{cell::Cell, predicate, row},
    spl::{
        ast::{Comparison, Search},
        functions::{clock, compare, value, wildcard},
    },
};

impl Lower<'_> {
    /// `search` over rows.
    pub(super) fn search(&mut self, relation: Relation, search: &Search) -> Lowered<Relation> {
        if *search == Search::All {
            return Ok(relation);
        }
        let condition = self.condition(search, &relation)?;
        relation.filter(condition)
    }

    /// A search expression as a condition that is true or false, never null.
    pub(super) fn condition(&mut self, search: &Search, row: &Relation) -> Lowered<Plan> {
        Ok(match search {
            Search::All => lit(true),
            Search::And(parts) => {
                let parts = parts.iter().map(|part| self.condition(part, row));
                predicate::joined(parts.collect::<Lowered<_>>()?, true)
            }
            Search::Or(parts) => {
                let parts = parts.iter().map(|part| self.condition(part, row));
                predicate::joined(parts.collect::<Lowered<_>>()?, false)
            }
            Search::Not(inner) => not(self.condition(inner, row)?),
            Search::Term(text, span) => self.term(text, row, span)?,
            Search::Time(latest, text, span) => self.time(*latest, text, row, span)?,
            Search::Source(name, span) => {
                if row.table.as_deref() != Some(super::event::EVENTS) {
                    self.warn(
                        Class::Approximate,
                        span,
                        format!(
                            "the macro `{name}` is not defined; as a condition it counts as false"
                        ),
                    );
                }
                lit(false)
            }
            Search::Sub(pipeline, span) => {
                let found = self.subsearch(pipeline, span)?;
                self.condition(&found, row)?
            }
            Search::In(name, values, _) => {
                let field = self.stored(row, &name.text, &name.span);
                let any = values.iter().map(|value| equal(&field, value)).collect();
                predicate::joined(any, false)
            }
            Search::Compare(name, comparison, value, _) => {
                let field = self.stored(row, &name.text, &name.span);
                match comparison {
                    Comparison::Equal => equal(&field, value),
                    Comparison::Unequal => binary_expr(
                        field.expr.clone().is_not_null(),
                        Operator::And,
                        not(equal(&field, value)),
                    ),
                    other => ordered(field, *other, value),
                }
            }
        })
    }

    /// A word or phrase of the event's text; where there is none, of any
    /// field.
    fn term(&mut self, text: &str, row: &Relation, span: &Span) -> Lowered<Plan> {
        if !text.is_empty() && text.chars().all(|c| c == '*') {
            return Ok(lit(true));
        }
        let regex = match wildcard::term(text) {
            Ok(regex) => regex,
            Err(why) => {
                return self.fail(Class::Limit, span, format!("the term is too large: {why}"));
            }
        };
        let fields: Vec<Typed> = match resolved(row, "_raw") {
            Some(raw) => vec![raw],
            None => visible(row)
                .map(|column| row.reference(column))
                .filter(|value| matches!(value.scalar, ScalarType::String | ScalarType::Dynamic))
                .collect(),
        };
        if fields.is_empty() {
            return Ok(lit(false));
        }
        let args = fields.into_iter().map(|f| (f.expr, f.scalar)).collect();
        Ok(row::simple(
            format!("spl_term {text}"),
            args,
            ScalarType::Bool,
            move |args| {
                Cell::Bool(
                    args.iter()
                        .any(|cell| value::text(cell).is_some_and(|text| regex.is_match(&text))),
                )
            },
        ))
    }

    /// `earliest=-24h`
    fn time(&mut self, latest: bool, text: &str, row: &Relation, span: &Span) -> Lowered<Plan> {
        let Some(at) = clock::relative(self.now(), text) else {
            return self.fail(
                Class::Arguments,
                span,
                format!("`{text}` is not a time such as `-24h@h` or `now`"),
            );
        };
        match latest {
            true => self.bounds.1 = Some(at),
            false => self.bounds.0 = Some(at),
        }
        let Some(time) = resolved(row, "_time") else {
            return Ok(lit(true));
        };
        let operator = if latest { Operator::Lt } else { Operator::GtEq };
        if time.scalar == ScalarType::Datetime {
            let micros = (at * 1e6) as i64;
            let bound = Cell::Datetime(micros).scalar(ScalarType::Datetime);
            return Ok(binary_expr(time.expr, operator, Plan::Literal(bound, None)));
        }
        Ok(binary_expr(
            super::column::number(time).expr,
            operator,
            lit(at),
        ))
    }
}

/// `field=value`
pub(super) fn equal(field: &Typed, written: &str) -> Plan {
    let matcher = wildcard::Matcher::new(written);
    if matches!(matcher, wildcard::Matcher::Any) {
        return field.expr.clone().is_not_null();
    }
    if matches!(&field.expr, Plan::Literal(value, _) if value.is_null()) {
        return lit(false);
    }
    // Nothing fits no value; the empty text is nothing's only look-alike.
    if field.scalar == ScalarType::String && !matcher.text("") {
        return predicate::test(
            format!("spl_fits {written:?}"),
            field.expr.clone(),
            move |text| matcher.text(text),
        );
    }
    row::simple(
        format!("spl_fits {written}"),
        vec![(field.expr.clone(), field.scalar)],
        ScalarType::Bool,
        move |args| Cell::Bool(args.first().is_some_and(|cell| matcher.fits(cell))),
    )
}

fn ordered(field: Typed, comparison: Comparison, written: &str) -> Plan {
    let operator = match comparison {
        Comparison::Less => "<",
        Comparison::LessEqual => "<=",
        Comparison::Greater => ">",
        _ => ">=",
    };
    let field = seconds(field);
    let wanted = written.to_owned();
    row::simple(
        format!("spl_search {operator} {written}"),
        vec![(field.expr, field.scalar)],
        ScalarType::Bool,
        move |args| {
            let wanted = Cell::owned(wanted.as_str());
            let fits = args
                .first()
                .and_then(|cell| compare::compare(operator, cell, &wanted));
            Cell::Bool(fits == Some(true))
        },
    )
}
