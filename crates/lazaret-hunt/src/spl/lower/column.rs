//! Names, values and types of columns.

use datafusion::logical_expr::{Expr as Plan, cast, lit};

use super::{Lower, Lowered, Relation, ScalarType, Span, Typed, hidden, reference, visible};
use crate::{
    error::{Class, did_you_mean},
    functions::{cell::Cell, row},
    spl::functions::{value, wildcard},
};

impl Lower<'_> {
    /// A field as it is stored; null where there is none.
    pub(super) fn stored(&mut self, relation: &Relation, name: &str, span: &Span) -> Typed {
        if let Some(found) = resolved(relation, name) {
            return found;
        }
        if !relation.open {
            let known = visible(relation).map(|column| column.name.as_str());
            let message = match did_you_mean(name, known) {
                Some(meant) if meant != name => {
                    format!(
                        "there is no field `{name}` here, so it counts as absent; did you mean `{meant}`?"
                    )
                }
                _ => format!("there is no field `{name}` here, so it counts as absent"),
            };
            self.warn(Class::UnknownColumn, span, message);
        }
        Typed::null(ScalarType::String)
    }

    /// A field as expressions see it: times as seconds.
    pub(super) fn field(&mut self, relation: &Relation, name: &str, span: &Span) -> Typed {
        seconds(self.stored(relation, name, span))
    }

    /// All columns, with `new` ones replaced or added. The order of the rows
    /// stays: it is carried by columns of its own.
    pub(super) fn assign(
        &mut self,
        relation: &Relation,
        new: Vec<(String, Typed)>,
    ) -> Lowered<Relation> {
        let order = relation.order.clone();
        let mut out = relation.extend(new)?;
        out.order = order;
        Ok(out)
    }

    /// The columns a name with `*` stands for, or the name itself.
    pub(super) fn matching(&self, relation: &Relation, name: &str) -> Vec<String> {
        if !name.contains('*') {
            return vec![name.to_owned()];
        }
        let Some(regex) = wildcard::names(name) else {
            return Vec::new();
        };
        visible(relation)
            .map(|column| &column.name)
            .filter(|name| regex.is_match(name))
            .cloned()
            .collect()
    }
}

/// The column of that name. A field of a data model may be named with the
/// prefix of the dataset's parent or without one.
pub(super) fn resolved(relation: &Relation, name: &str) -> Option<Typed> {
    if let Some(found) = relation.find(name) {
        return Some(relation.reference(found));
    }
    if relation.table.as_deref() != Some(super::dataset::MODEL) {
        return None;
    }
    let bare = name.rsplit_once('.').map_or(name, |(_, bare)| bare);
    let mut found = relation.columns.iter().filter(|column| {
        !hidden(&column.name)
            && column
                .name
                .rsplit_once('.')
                .is_some_and(|(_, known)| known == bare)
    });
    let first = found.next()?;
    Some(relation.reference(first))
}

/// Times as seconds since 1970; other values as they are.
pub(super) fn seconds(value: Typed) -> Typed {
    match value.scalar {
        ScalarType::Datetime | ScalarType::Timespan => {
            let micros = cast(value.expr, ScalarType::Long.arrow());
            let real = cast(micros, ScalarType::Real.arrow());
            Typed::new(real / lit(1e6), ScalarType::Real)
        }
        _ => value,
    }
}

/// A value as a single text.
pub(super) fn text(value: Typed) -> Typed {
    let value = seconds(value);
    match value.scalar {
        ScalarType::String => value,
        scalar => Typed::new(
            row::simple(
                "spl_text",
                vec![(value.expr, scalar)],
                ScalarType::String,
                |args| match args.first().and_then(value::text) {
                    Some(text) => Cell::owned(text.into_owned()),
                    None => Cell::Null,
                },
            ),
            ScalarType::String,
        ),
    }
}

/// A value as a field that may hold several.
pub(super) fn dynamic(value: Typed) -> Typed {
    let value = seconds(value);
    match value.scalar {
        ScalarType::Dynamic => value,
        scalar => Typed::new(
            row::simple(
                "spl_values",
                vec![(value.expr, scalar)],
                ScalarType::Dynamic,
                |args| {
                    args.first()
                        .map_or(Cell::Null, |cell| value::many(value::values(cell)))
                },
            ),
            ScalarType::Dynamic,
        ),
    }
}

/// A value as a number.
pub(super) fn number(value: Typed) -> Typed {
    let value = seconds(value);
    match value.scalar {
        ScalarType::Real => value,
        ScalarType::Long => {
            Typed::new(cast(value.expr, ScalarType::Real.arrow()), ScalarType::Real)
        }
        scalar => Typed::new(
            row::simple(
                "spl_number",
                vec![(value.expr, scalar)],
                ScalarType::Real,
                |args| {
                    args.first()
                        .and_then(value::number)
                        .map_or(Cell::Null, Cell::Real)
                },
            ),
            ScalarType::Real,
        ),
    }
}

/// The type that holds values of both.
pub(super) fn common(a: ScalarType, b: ScalarType) -> ScalarType {
    use ScalarType::{Datetime, Dynamic, Long, Real, String};
    match (a, b) {
        (a, b) if a == b => a,
        (Long | Real | Datetime, Long | Real | Datetime) => Real,
        (Dynamic, _) | (_, Dynamic) => Dynamic,
        _ => String,
    }
}

/// A value as one of type `scalar`.
pub(super) fn converted(value: Typed, scalar: ScalarType) -> Typed {
    if value.scalar == scalar {
        return value;
    }
    if matches!(&value.expr, Plan::Literal(literal, _) if literal.is_null()) {
        return Typed::null(scalar);
    }
    match scalar {
        ScalarType::Dynamic => dynamic(value),
        ScalarType::Real => number(value),
        ScalarType::String => text(value),
        scalar => {
            let given = value.scalar;
            Typed::new(
                row::simple(
                    format!("spl_to_{scalar}"),
                    vec![(value.expr, given)],
                    scalar,
                    move |args| {
                        args.first()
                            .map_or(Cell::Null, |cell| cell.clone().to(scalar).into_owned())
                    },
                ),
                scalar,
            )
        }
    }
}

/// A constant text.
pub(super) fn constant(text: &str) -> Typed {
    Typed::constant(Cell::owned(text), ScalarType::String)
}

/// The column itself.
pub(super) fn own(name: &str, scalar: ScalarType) -> Typed {
    Typed::new(reference(name), scalar)
}
