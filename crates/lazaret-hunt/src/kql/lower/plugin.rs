//! `evaluate` and its plugins.

use std::collections::BTreeMap;

use datafusion::logical_expr::{LogicalPlanBuilder, binary_expr, expr_fn::when};

use super::{Lower, Lowered, Typed, first_column, relation::Relation};
use crate::{
    error::Class,
    functions::{
        cell::Cell,
        json::{self, Step},
        row,
    },
    kql::ast::{Argument, Expr, ExprKind, Name, Named, Span},
    value::ScalarType,
};

/// Rows looked at to learn the keys of bags or the columns of a pivot.
const SAMPLE: usize = 200_000;
/// Columns that a plugin may make.
const COLUMNS: usize = 1_000;

/// Text read as JSON.
pub(super) fn read_json(value: Typed) -> Typed {
    let read = row::simple(
        "parse_json",
        vec![(value.expr, value.scalar)],
        ScalarType::Dynamic,
        crate::functions::parse::dynamic,
    );
    Typed::new(read, ScalarType::Dynamic)
}

impl Lower<'_> {
    pub(super) fn evaluate(
        &mut self,
        input: &Relation,
        name: &Name,
        args: &[Argument],
        schema: &[(Name, ScalarType)],
        span: &Span,
    ) -> Lowered<Relation> {
        match name.text.as_str() {
            "bag_unpack" => self.bag_unpack(input, args, schema, span),
            "pivot" => self.pivot(input, args, span),
            "narrow" => self.narrow(input),
            "ipv4_lookup" => self.ipv4_lookup(input, args, span),
            other => self.fail(
                Class::Unsupported,
                span,
                format!("unsupported operator `evaluate {other}`"),
            ),
        }
    }

    fn bag_unpack(
        &mut self,
        input: &Relation,
        args: &[Argument],
        schema: &[(Name, ScalarType)],
        span: &Span,
    ) -> Lowered<Relation> {
        let Some(Argument {
            value:
                Expr {
                    kind: ExprKind::Name(bag),
                    ..
                },
            ..
        }) = args.first()
        else {
            return self.fail(Class::Arguments, span, "`bag_unpack` takes a column");
        };
        let value = self.named(bag, span, input)?;
        let places = [
            "",
            "OutputColumnPrefix",
            "columnsConflict",
            "ignoredProperties",
        ];
        let option = |lower: &mut Self, place: usize| -> Lowered<Option<Cell<'static>>> {
            let wanted = places.get(place).copied().unwrap_or_default();
            let named = args.iter().find(|arg| {
                let name = arg.name.as_ref();
                name.is_some_and(|name| name.text.eq_ignore_ascii_case(wanted))
            });
            let placed = args.get(place).filter(|arg| arg.name.is_none());
            let Some(arg) = named.or(placed) else {
                return Ok(None);
            };
            let none = Relation::none()?;
            let value = lower.scalar(&arg.value, &none)?;
            Ok(lower.folded(value)?.value().map(Cell::into_owned))
        };
        let prefix = option(self, 1)?.map(|cell| cell.text().into_owned());
        let prefix = prefix.unwrap_or_default();
        let conflict = option(self, 2)?.map(|cell| cell.text().into_owned());
        let replaces = conflict.as_deref() == Some("replace_source");
        let ignored = match option(self, 3)?.map(|cell| cell.json()) {
            Some(serde_json::Value::Array(items)) => items,
            _ => Vec::new(),
        };
        let mut keys: BTreeMap<String, Option<ScalarType>> = BTreeMap::new();
        if schema.is_empty() {
            let narrow = input.project(vec![("bag".to_owned(), value.clone())])?;
            let batches = self.context.rows(&narrow.plan, SAMPLE)?;
            for cell in first_column(&batches, value.scalar) {
                let serde_json::Value::Object(bag) = cell.json() else {
                    continue;
                };
                for (key, item) in bag {
                    let scalar = type_of(&item);
                    let known = keys.entry(key).or_insert(scalar);
                    if *known != scalar && scalar.is_some() {
                        *known = match (*known, scalar) {
                            (None, scalar) => scalar,
                            (Some(ScalarType::Long), Some(ScalarType::Real))
                            | (Some(ScalarType::Real), Some(ScalarType::Long)) => {
                                Some(ScalarType::Real)
                            }
                            _ => Some(ScalarType::Dynamic),
                        };
                    }
                }
            }
        } else {
            keys.extend(
                schema
                    .iter()
                    .filter(|(name, _)| !input.has(&name.text))
                    .map(|(name, scalar)| (name.text.clone(), Some(*scalar))),
            );
        }
        if keys.len() > COLUMNS {
            return self.fail(
                Class::Limit,
                span,
                format!("the bags have more than {COLUMNS} keys"),
            );
        }
        let (mut new, mut replaced) = (Vec::new(), Vec::new());
        for (key, scalar) in keys {
            let name = format!("{prefix}{key}");
            if ignored.iter().any(|ignored| ignored.as_str() == Some(&key)) {
                continue;
            }
            if input.has(&name) && name != *bag {
                if replaces {
                    replaced.push(name.clone());
                } else {
                    if conflict.is_none() {
                        // The service refuses, unless it is told what to do.
                        self.warn(
                            Class::Approximate,
                            span,
                            format!("the key `{key}` has the name of a column, which stays"),
                        );
                    }
                    continue;
                }
            }
            let item = json::path(value.expr.clone(), value.scalar, &[Step::Key(key)]);
            let item = Typed::new(item, ScalarType::Dynamic);
            new.push((
                name,
                self.converted(item, scalar.unwrap_or(ScalarType::String)),
            ));
        }
        let mut out: Vec<(String, Typed)> = input
            .columns
            .iter()
            .filter(|column| column.name != *bag && !replaced.contains(&column.name))
            .map(|column| (column.name.clone(), input.reference(column)))
            .collect();
        // As the schema has them, where there is one.
        let place = |name: &str| schema.iter().position(|(known, _)| known.text == *name);
        new.sort_by_key(|(name, _): &(String, Typed)| place(name));
        out.extend(new);
        let mut relation = input.project(out)?;
        relation.open = true;
        relation.table = Some("the bag".to_owned());
        Ok(relation)
    }

    /// One column per value of a column.
    fn pivot(&mut self, input: &Relation, args: &[Argument], span: &Span) -> Lowered<Relation> {
        let Some(Argument { value: by, .. }) = args.first() else {
            return self.fail(Class::Arguments, span, "`pivot` takes a column");
        };
        let key = self.scalar(by, input)?;
        let key = Typed::new(self.text(key), ScalarType::String);
        let count = Expr {
            kind: ExprKind::Call {
                name: Name {
                    text: "count".to_owned(),
                    span: span.clone(),
                },
                args: Vec::new(),
            },
            span: span.clone(),
        };
        let aggregate = args.get(1).map_or(&count, |arg| &arg.value);
        let (
            ExprKind::Call {
                name: function,
                args: function_args,
            },
            key_name,
        ) = (
            &aggregate.kind,
            super::names::natural(by).unwrap_or_default(),
        )
        else {
            return self.fail(Class::Arguments, span, "`pivot` takes an aggregate");
        };
        let used: Vec<String> = function_args
            .iter()
            .filter_map(|arg| super::names::natural(&arg.value))
            .collect();
        let others: Vec<String> = if args.len() > 2 {
            args.iter()
                .skip(2)
                .filter_map(|arg| super::names::natural(&arg.value))
                .collect()
        } else {
            let rest = input.columns.iter().map(|column| column.name.clone());
            rest.filter(|name| *name != key_name && !used.contains(name))
                .collect()
        };
        let narrow = input.project(vec![("key".to_owned(), key.clone())])?;
        let plan = LogicalPlanBuilder::from(narrow.plan).distinct()?.build()?;
        let batches = self.context.rows(&plan, COLUMNS + 1)?;
        let mut values: Vec<String> = first_column(&batches, ScalarType::String)
            .iter()
            .map(|cell| cell.text().into_owned())
            .collect();
        values.sort();
        if values.len() > COLUMNS {
            return self.fail(
                Class::Limit,
                span,
                format!("the pivot has more than {COLUMNS} columns"),
            );
        }
        // Each column is the aggregate of the rows of its value.
        let mut marked = input.clone();
        let mut outputs = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let mut call_args = Vec::new();
            let is = binary_expr(
                key.expr.clone(),
                datafusion::logical_expr::Operator::Eq,
                Typed::constant(Cell::owned(value.clone()), ScalarType::String).expr,
            );
            let mark = format!("__pivot{index}");
            let (name, scalar, expr) = match function_args.first() {
                None => ("countif".to_owned(), ScalarType::Bool, is),
                Some(arg) => {
                    let inner = self.scalar(&arg.value, input)?;
                    (
                        function.text.clone(),
                        inner.scalar,
                        when(is, inner.expr).end()?,
                    )
                }
            };
            marked = marked.extend(vec![(mark.clone(), Typed::new(expr, scalar))])?;
            call_args.push(Argument {
                name: None,
                value: Expr {
                    kind: ExprKind::Name(mark),
                    span: span.clone(),
                },
            });
            call_args.extend(function_args.iter().skip(1).cloned());
            outputs.push(Named {
                names: vec![Name {
                    text: value.clone(),
                    span: span.clone(),
                }],
                value: Expr {
                    kind: ExprKind::Call {
                        name: Name {
                            text: name,
                            span: span.clone(),
                        },
                        args: call_args,
                    },
                    span: span.clone(),
                },
            });
        }
        let by: Vec<Named> = others
            .iter()
            .map(|name| Named {
                names: Vec::new(),
                value: Expr {
                    kind: ExprKind::Name(name.clone()),
                    span: span.clone(),
                },
            })
            .collect();
        let mut relation = if outputs.is_empty() && by.is_empty() {
            Relation::empty(&[])?
        } else {
            self.summarize(&marked, &outputs, &by, span)?
        };
        relation.open = true;
        relation.table = Some("the pivot".to_owned());
        Ok(relation)
    }

    /// The rows of a table of networks that an address is in, beside it.
    fn ipv4_lookup(
        &mut self,
        input: &Relation,
        args: &[Argument],
        span: &Span,
    ) -> Lowered<Relation> {
        let given: Vec<&Argument> = args.iter().filter(|arg| arg.name.is_none()).collect();
        let [table, address, network, rest @ ..] = given.as_slice() else {
            return self.fail(
                Class::Arguments,
                span,
                "`ipv4_lookup` takes a table, an address and the table's column of networks",
            );
        };
        let named = args.iter().find(|arg| {
            arg.name
                .as_ref()
                .is_some_and(|name| name.text == "return_unmatched")
        });
        let none = Relation::none()?;
        let mut unmatched = false;
        for arg in rest.iter().copied().chain(named) {
            let value = self.scalar(&arg.value, &none)?;
            match self.folded(value)?.value() {
                Some(Cell::Bool(value)) => unmatched = value,
                _ => {
                    return self.fail(
                        Class::Unsupported,
                        &arg.value.span,
                        "`ipv4_lookup` with further keys is not supported",
                    );
                }
            }
        }
        let right = self.tabular(&table.value)?;
        let address = self.scalar(&address.value, input)?;
        let network = self.scalar(&network.value, &right)?;
        let prefix = self.fresh("network");
        let hidden = |name: &str| format!("{prefix}_{name}");
        let mut side: Vec<(String, Typed)> = right
            .columns
            .iter()
            .map(|found| (hidden(&found.name), right.reference(found)))
            .collect();
        let network = Typed::new(self.text(network), ScalarType::String);
        side.push((prefix.clone(), network));
        let inside = row::simple(
            "ipv4_lookup",
            vec![
                (self.text(address), ScalarType::String),
                (super::relation::column(&prefix), ScalarType::String),
            ],
            ScalarType::Bool,
            |cells| {
                let text = |index: usize| cells.get(index).map(Cell::text).unwrap_or_default();
                Cell::Bool(crate::functions::network::in_range(&text(0), &text(1)) == Some(true))
            },
        );
        let kind = if unmatched {
            datafusion::common::JoinType::Left
        } else {
            datafusion::common::JoinType::Inner
        };
        let plan = LogicalPlanBuilder::from(input.plan.clone())
            .join_on(right.project(side)?.plan, kind, vec![inside])?
            .build()?;
        let mut out: Vec<(String, Typed)> = input
            .columns
            .iter()
            .map(|found| (found.name.clone(), input.reference(found)))
            .collect();
        for found in &right.columns {
            let name = super::relation::unused(&found.name, |name| {
                out.iter().any(|(known, _)| known == name)
            });
            let value = super::relation::column(&hidden(&found.name));
            out.push((name, Typed::new(value, found.scalar)));
        }
        let mut looked = Relation::new(plan, Vec::new()).project(out)?;
        looked.open = input.open;
        looked.table = input.table.clone();
        looked.weight = input.weight.with(right.weight);
        Ok(looked)
    }

    /// One row per cell.
    fn narrow(&mut self, input: &Relation) -> Lowered<Relation> {
        let number = datafusion::logical_expr::cast(
            datafusion::functions_window::expr_fn::row_number(),
            ScalarType::Long.arrow(),
        );
        let row = self.fresh("row");
        let one = Typed::constant(Cell::Long(1), ScalarType::Long).expr;
        let numbered = input.extend(vec![(row.clone(), Typed::new(number, ScalarType::Long))])?;
        let mut pairs = Vec::new();
        for column in &input.columns {
            let name = Typed::constant(Cell::owned(column.name.clone()), ScalarType::String).expr;
            pairs.push((name, ScalarType::String));
            let value = self.converted(input.reference(column), ScalarType::String);
            pairs.push((value.expr, ScalarType::String));
        }
        let listed = row::simple("narrow", pairs, ScalarType::Dynamic, |cells| {
            let pairs = cells
                .chunks(2)
                .map(|pair| pair.iter().map(Cell::json).collect::<serde_json::Value>());
            Cell::dynamic(&pairs.collect())
        });
        let index = super::relation::column(&row) - one;
        let listed = numbered.project(vec![
            ("Row".to_owned(), Typed::new(index, ScalarType::Long)),
            (
                "__cells".to_owned(),
                Typed::new(listed, ScalarType::Dynamic),
            ),
        ])?;
        let elements = json::elements(super::relation::column("__cells"), false);
        let plan = LogicalPlanBuilder::from(listed.plan)
            .project(vec![
                super::relation::column("Row"),
                elements.alias("__cell"),
            ])?
            .unnest_column("__cell")?
            .build()?;
        let cell = |index: i64| {
            json::path(
                super::relation::column("__cell"),
                ScalarType::Dynamic,
                &[Step::Index(index)],
            )
        };
        let text = |index: i64| {
            self.converted(
                Typed::new(cell(index), ScalarType::Dynamic),
                ScalarType::String,
            )
        };
        Relation::new(plan, Vec::new()).project(vec![
            (
                "Row".to_owned(),
                Typed::new(super::relation::column("Row"), ScalarType::Long),
            ),
            ("Column".to_owned(), text(0)),
            ("Value".to_owned(), text(1)),
        ])
    }
}

fn type_of(value: &serde_json::Value) -> Option<ScalarType> {
    Some(match value {
        serde_json::Value::Null => return None,
        serde_json::Value::Bool(_) => ScalarType::Bool,
        serde_json::Value::Number(number) if number.is_i64() => ScalarType::Long,
        serde_json::Value::Number(_) => ScalarType::Real,
        serde_json::Value::String(_) => ScalarType::String,
        _ => ScalarType::Dynamic,
    })
}
