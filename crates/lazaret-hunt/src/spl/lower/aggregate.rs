//! Aggregates as expressions.

use datafusion::{
    functions_aggregate::expr_fn::{count, max, min},
    logical_expr::{Expr as Plan, expr_fn::when, lit},
};

use super::{
    Lower, Lowered, Relation, ScalarType, Typed,
    column::{own, seconds},
};
use crate::{
    error::{Class, did_you_mean},
    functions::{cell::Cell, distinct},
    spl::{
        ast::{Aggregate, Expr, ExprKind},
        functions::{aggregate::Kind, wildcard},
    },
};

/// An aggregate ready to be computed.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The name of its result.
    pub(super) name: String,
    /// The aggregate.
    pub(super) kind: Kind,
    /// What it is over.
    pub(super) argument: Typed,
    /// What tells first from last.
    pub(super) key: Option<Plan>,
}

impl Call {
    /// As an aggregate of groups.
    pub(super) fn plan(&self) -> Plan {
        // A field that is not there is a literal as well, but nothing to count.
        let given = matches!(&self.argument.expr, Plan::Literal(value, _) if !value.is_null());
        if self.kind == Kind::Count && given {
            return count(lit(1));
        }
        if matches!(self.argument.scalar, ScalarType::Long | ScalarType::Real) {
            let value = self.argument.expr.clone();
            match self.kind {
                Kind::Min => return min(value),
                Kind::Max => return max(value),
                _ => {}
            }
        }
        if self.kind == Kind::Distinct && self.argument.scalar == ScalarType::String {
            return distinct::call(self.argument.expr.clone());
        }
        self.kind
            .function(self.argument.scalar)
            .call(self.arguments())
    }

    /// The arguments of the function.
    pub(super) fn arguments(&self) -> Vec<Plan> {
        let mut out = vec![self.argument.expr.clone()];
        if matches!(self.kind, Kind::First | Kind::Last) {
            out.push(self.key.clone().unwrap_or_else(|| lit(0.0)));
        }
        out
    }

    /// The type of its result.
    pub(super) fn scalar(&self) -> ScalarType {
        self.kind.returns(self.argument.scalar)
    }
}

impl Lower<'_> {
    /// The aggregates of a command; wildcards are written out. Rows may need
    /// columns more, which is why they are given back.
    pub(super) fn aggregates(
        &mut self,
        relation: &Relation,
        list: &[Aggregate],
        by: &[String],
    ) -> Lowered<(Relation, Vec<Call>)> {
        let mut relation = relation.clone();
        let numbered = list
            .iter()
            .any(|aggregate| matches!(aggregate.function.as_str(), "first" | "last"));
        let mut number = None;
        if numbered {
            let (with, name) = self.numbered(relation, &[])?;
            relation = with;
            number = Some(super::column::number(own(&name, ScalarType::Long)).expr);
        }
        let mut out: Vec<Call> = Vec::new();
        for aggregate in list {
            let one = |argument: Option<Expr>, alias: Option<String>| (argument, alias);
            let mut wanted = Vec::new();
            match &aggregate.argument {
                Some(Expr {
                    kind: ExprKind::Field(name, _),
                    span,
                }) if name.contains('*') && !relation.has(name) => {
                    let regex = wildcard::names(name);
                    for found in self.matching(&relation, name) {
                        if by.contains(&found) {
                            continue;
                        }
                        let part = regex
                            .as_ref()
                            .and_then(|regex| regex.captures(&found))
                            .and_then(|found| found.get(1))
                            .map_or(String::new(), |found| found.as_str().to_owned());
                        let alias = match &aggregate.alias {
                            Some(alias) => alias.text.replace('*', &part),
                            None => format!("{}({found})", aggregate.function),
                        };
                        let argument = Expr {
                            kind: ExprKind::Field(found, true),
                            span: span.clone(),
                        };
                        wanted.push(one(Some(argument), Some(alias)));
                    }
                }
                argument => {
                    let alias = aggregate.alias.as_ref().map(|alias| alias.text.clone());
                    wanted.push(one(argument.clone(), alias));
                }
            }
            for (argument, alias) in wanted {
                let name =
                    alias.unwrap_or_else(|| match (&argument, aggregate.function.as_str()) {
                        (None, "c") => "count".to_owned(),
                        _ => aggregate.text.clone(),
                    });
                let call =
                    self.aggregate(&relation, aggregate, argument.as_ref(), name, &number)?;
                out.retain(|known| known.name != call.name);
                out.push(call);
            }
        }
        Ok((relation, out))
    }

    fn aggregate(
        &mut self,
        relation: &Relation,
        aggregate: &Aggregate,
        argument: Option<&Expr>,
        name: String,
        number: &Option<Plan>,
    ) -> Lowered<Call> {
        let function = aggregate.function.as_str();
        let time_of = match function {
            "earliest_time" => Some(Kind::Min),
            "latest_time" => Some(Kind::Max),
            _ => None,
        };
        let Some(kind) = time_of.or_else(|| Kind::named(function)) else {
            let known = [
                "count", "dc", "values", "list", "min", "max", "sum", "avg", "stdev", "first",
                "last", "earliest", "latest", "median", "mode", "range", "var", "perc95",
            ];
            let mut error = crate::error::Diagnostic::new(
                Class::UnknownFunction,
                aggregate.span.clone(),
                format!("unsupported aggregate `{function}`"),
            );
            error.help =
                did_you_mean(function, known).map(|known| format!("did you mean `{known}`?"));
            return Err(error.into());
        };
        let time =
            super::column::resolved(relation, "_time").map(|time| super::column::number(time).expr);
        let argument = match (argument, time_of) {
            (_, Some(_)) => self.field(relation, "_time", &aggregate.span),
            (None, _) if kind == Kind::Count => Typed::constant(Cell::Long(1), ScalarType::Long),
            (None, _) => {
                return self.fail(
                    Class::Arguments,
                    &aggregate.span,
                    format!("`{function}` of which field?"),
                );
            }
            (Some(argument), _) => {
                let value = match &argument.kind {
                    // `count(eval(a=1))` counts the rows where it holds.
                    ExprKind::Binary(
                        "and" | "or" | "xor" | "like" | "=" | "!=" | "<" | "<=" | ">" | ">=",
                        ..,
                    )
                    | ExprKind::Not(_)
                    | ExprKind::In(..)
                    | ExprKind::Matches(_) => {
                        let condition = self.truth(argument, relation)?;
                        let one = when(condition, lit(1_i64));
                        Typed::new(one.end()?, ScalarType::Long)
                    }
                    _ => self.value(argument, relation)?,
                };
                let value = seconds(value);
                match (value.scalar, kind) {
                    (ScalarType::Bool, Kind::Count | Kind::Sum) => {
                        let one = when(value.expr, lit(1_i64));
                        Typed::new(one.end()?, ScalarType::Long)
                    }
                    _ => value,
                }
            }
        };
        let key = match function {
            "first" | "last" => number.clone(),
            "earliest" | "latest" => {
                if time.is_none() && relation.table.is_none() && !relation.open {
                    self.warn(
                        Class::Approximate,
                        &aggregate.span,
                        format!("`{function}` goes by `_time`, which the rows have not"),
                    );
                }
                time
            }
            _ => None,
        };
        Ok(Call {
            name,
            kind,
            argument,
            key,
        })
    }
}
