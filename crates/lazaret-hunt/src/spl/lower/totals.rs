//! `addtotals` and `addcoltotals`.

use datafusion::logical_expr::{Expr as Plan, lit};

use super::{
    Lower, Lowered, Relation, ScalarType, Settings, Span, Typed,
    aggregate::Call,
    column::{constant, number},
    visible,
};
use crate::spl::{ast::Name, functions::aggregate::Kind};

impl Lower<'_> {
    /// A field with the sum of each row, a row with the sum of each field, or both.
    pub(super) fn totals(
        &mut self,
        relation: Relation,
        settings: &Settings,
        names: &[Name],
        (across, down): (bool, bool),
        span: &Span,
    ) -> Lowered<Relation> {
        let mut wanted: Vec<String> = Vec::new();
        for name in names {
            wanted.extend(self.matching(&relation, &name.text));
        }
        if names.is_empty() {
            // Texts count where they read as numbers; fields of Splunk's own do not.
            let columns = visible(&relation).filter(|column| {
                let numeric = column.scalar.is_number()
                    || matches!(column.scalar, ScalarType::String | ScalarType::Dynamic);
                numeric && !column.name.starts_with('_')
            });
            wanted.extend(columns.map(|column| column.name.clone()));
        }
        let mut relation = relation;
        if across {
            let mut sum: Option<Plan> = None;
            for name in &wanted {
                let value = number(self.field(&relation, name, span));
                let zero = Typed::new(lit(0.0), ScalarType::Real);
                let absent = value.expr.clone().is_null();
                let value = super::scalar::cases(vec![(absent, zero)], Some(value))?.expr;
                sum = Some(match sum {
                    None => value,
                    Some(before) => before + value,
                });
            }
            let name = settings.get("fieldname").unwrap_or("Total").to_owned();
            let total = Typed::new(sum.unwrap_or_else(|| lit(0.0)), ScalarType::Real);
            relation = self.assign(&relation, vec![(name.clone(), total)])?;
            if !wanted.contains(&name) {
                wanted.push(name);
            }
        }
        match down {
            true => self.totals_below(relation, settings, &wanted, span),
            false => Ok(relation),
        }
    }

    fn totals_below(
        &mut self,
        relation: Relation,
        settings: &Settings,
        wanted: &[String],
        span: &Span,
    ) -> Lowered<Relation> {
        let label = settings.get("labelfield").filter(|name| !name.is_empty());
        let relation = self.in_order(relation)?;
        let mut calls = Vec::new();
        for name in wanted.iter().filter(|name| label != Some(name)) {
            calls.push(Call {
                name: name.clone(),
                kind: Kind::Sum,
                argument: number(self.field(&relation, name, span)),
                key: None,
            });
        }
        let mut below = self.grouped(&relation, &[], &calls)?;
        if let Some(field) = label {
            let text = constant(settings.get("label").unwrap_or("Total"));
            below = self.assign(&below, vec![(field.to_owned(), text)])?;
        }
        let mut out = self.appended(&relation, &below)?;
        out.open = relation.open;
        Ok(out)
    }
}
