//! `scan`: rows in their order through the steps of a state machine.
//!
//! <https://learn.microsoft.com/kusto/query/scan-operator>

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, RecordBatch},
        datatypes::{Field, Schema, SchemaRef},
    },
    common::{Column, DFSchema, UnnestOptions},
    error::{DataFusionError, Result},
    logical_expr::{Expr as Plan, ExprFunctionExt, LogicalPlanBuilder},
    physical_expr::PhysicalExpr,
};
use serde_json::Value;

use super::{
    Lower, Lowered, Typed,
    relation::{Relation, column},
};
use crate::{
    engine::PlannedColumn,
    error::Class,
    functions::{
        cell::{Builder, Cell, Reader, normal},
        json::{self, Step as Path},
        running,
    },
    kql::ast::{Scan, Span},
    value::ScalarType,
};

/// Steps of one scan.
const STEPS: usize = 64;

/// Where the value of a column that a step's condition names comes from.
#[derive(Clone, Copy)]
enum Source {
    /// The row itself: which of the arguments.
    Row(usize),
    /// A declared column, of which a row has nothing yet.
    Declared(usize),
    /// The record of a step in the state: which step, and which argument.
    Kept(usize, usize),
    /// The same of a declared column.
    Assigned(usize, usize),
}

struct Machine {
    schema: SchemaRef,
    sources: Vec<(Source, ScalarType)>,
    defaults: Vec<Cell<'static>>,
    steps: Vec<Step>,
}

struct Step {
    condition: Arc<dyn PhysicalExpr>,
    /// Declared columns that are given a value.
    assignments: Vec<(usize, ScalarType, Arc<dyn PhysicalExpr>)>,
    silent: bool,
}

/// A step before its expressions are made to run: condition, assignments, and
/// whether it is silent.
type Written = (Plan, Vec<(usize, ScalarType, Plan)>, bool);

#[derive(Clone)]
struct Record {
    row: Vec<Cell<'static>>,
    declared: Vec<Cell<'static>>,
}

/// A sequence that is under way: its number, and a record of each step so far.
#[derive(Clone)]
struct State {
    id: i64,
    records: Vec<Option<Record>>,
}

impl Lower<'_> {
    pub(super) fn scan(&mut self, input: &Relation, scan: &Scan, span: &Span) -> Lowered<Relation> {
        if scan.steps.is_empty() || scan.steps.len() > STEPS {
            return self.fail(
                Class::Arguments,
                span,
                format!("`scan` takes 1 to {STEPS} steps"),
            );
        }
        if input.order.is_empty() {
            self.warn(
                Class::Approximate,
                span,
                "`scan` goes by the rows' order, and nothing says it; `sort` before it".to_owned(),
            );
        }
        let none = Relation::none()?;
        let mut declared = Vec::new();
        let mut defaults = Vec::new();
        for parameter in &scan.declare {
            let scalar = parameter.scalar.unwrap_or(ScalarType::Dynamic);
            let default = match &parameter.default {
                Some(value) => {
                    let value = self.scalar(value, &none)?;
                    let value = self.converted(value, scalar);
                    self.folded(value)?
                        .value()
                        .unwrap_or(Cell::Null)
                        .into_owned()
                }
                None => Cell::Null,
            };
            declared.push((parameter.name.text.clone(), scalar));
            defaults.push(default);
        }
        let wide = self.wide(input, scan, &declared)?;
        let mut written = Vec::new();
        for step in &scan.steps {
            let condition = self.condition(&step.condition, &wide)?;
            let mut assignments = Vec::new();
            for named in &step.assignments {
                let wanted = named
                    .names
                    .first()
                    .and_then(|name| declared.iter().position(|(known, _)| *known == name.text));
                let Some((at, scalar)) = wanted.and_then(|at| Some((at, declared.get(at)?.1)))
                else {
                    return self.fail(
                        Class::UnknownColumn,
                        &named.value.span,
                        "only columns that `declare` names are assigned",
                    );
                };
                let value = self.scalar(&named.value, &wide)?;
                let value = self.converted(value, scalar);
                assignments.push((at, scalar, value.expr));
            }
            written.push((condition, assignments, step.silent));
        }
        let (machine, args) = self.machine(input, scan, &declared, defaults, written)?;
        let machine = Arc::new(machine);
        let call = running::call(
            self.fresh("scan"),
            args.iter()
                .map(|found| (column(&found.name), found.scalar))
                .collect(),
            ScalarType::Dynamic,
            move || {
                let machine = Arc::clone(&machine);
                let mut states: Vec<Option<State>> = vec![None; machine.steps.len()];
                let mut next = 0;
                Box::new(move |cells| machine.matches(cells, &mut states, &mut next))
            },
        );
        let mut call = super::window::ordered(call, input.order.clone());
        if !scan.partition.is_empty() {
            let mut keys = Vec::new();
            for key in &scan.partition {
                keys.push(self.scalar(key, input)?.expr);
            }
            call = call.partition_by(keys);
        }
        let matches = self.fresh("matches");
        let found = input.extend(vec![(
            matches.clone(),
            Typed::new(call.build()?, ScalarType::Dynamic),
        )])?;
        self.unfolded(input, &found, scan, &declared, &matches)
    }

    /// The columns that a step's expressions may name, without rows.
    fn wide(
        &self,
        input: &Relation,
        scan: &Scan,
        declared: &[(String, ScalarType)],
    ) -> Lowered<Relation> {
        let own = input
            .columns
            .iter()
            .map(|found| (found.name.clone(), found.scalar))
            .filter(|(name, _)| !declared.iter().any(|(known, _)| known == name));
        let bare: Vec<(String, ScalarType)> = own.chain(declared.iter().cloned()).collect();
        let mut all = bare.clone();
        for step in &scan.steps {
            let kept = bare
                .iter()
                .map(|(name, scalar)| (format!("{}.{name}", step.name.text), *scalar));
            all.extend(kept);
        }
        let mut wide = Relation::empty(&all)?;
        wide.open = false;
        Ok(wide)
    }

    fn machine(
        &self,
        input: &Relation,
        scan: &Scan,
        declared: &[(String, ScalarType)],
        defaults: Vec<Cell<'static>>,
        written: Vec<Written>,
    ) -> Lowered<(Machine, Vec<PlannedColumn>)> {
        let mut names: Vec<String> = Vec::new();
        for (condition, assignments, _) in &written {
            let parts = assignments.iter().map(|(_, _, value)| value);
            for part in parts.chain([condition]) {
                for used in part.column_refs() {
                    if !names.contains(&used.name) {
                        names.push(used.name.clone());
                    }
                }
            }
        }
        let mut args: Vec<PlannedColumn> = Vec::new();
        let mut sources = Vec::new();
        let mut fields = Vec::new();
        let of_declared = |name: &str| declared.iter().position(|(known, _)| known == name);
        for name in &names {
            let (step, bare) = match name.split_once('.') {
                Some((step, bare)) if !input.has(name) => (
                    scan.steps.iter().position(|known| known.name.text == step),
                    bare,
                ),
                _ => (None, name.as_str()),
            };
            let (source, scalar) = match (of_declared(bare), input.find(bare)) {
                (Some(at), _) => {
                    let scalar = declared.get(at).map_or(ScalarType::Dynamic, |(_, s)| *s);
                    let source = match step {
                        Some(step) => Source::Assigned(step, at),
                        None => Source::Declared(at),
                    };
                    (source, scalar)
                }
                (None, Some(found)) => {
                    let at = match args.iter().position(|arg| arg.name == found.name) {
                        Some(at) => at,
                        None => {
                            args.push(found.clone());
                            args.len() - 1
                        }
                    };
                    let source = match step {
                        Some(step) => Source::Kept(step, at),
                        None => Source::Row(at),
                    };
                    (source, found.scalar)
                }
                (None, None) => continue,
            };
            sources.push((source, scalar));
            fields.push(Field::new(name, scalar.arrow(), true));
        }
        // A condition without columns needs a row as well, and a window function
        // an argument.
        if fields.is_empty() {
            fields.push(Field::new("none", ScalarType::Bool.arrow(), true));
            sources.push((Source::Declared(usize::MAX), ScalarType::Bool));
        }
        let schema = Arc::new(Schema::new(fields));
        let named = DFSchema::try_from(Arc::clone(&schema))?;
        let session = self.context.session.context();
        let mut steps = Vec::new();
        for (condition, assignments, silent) in written {
            let mut given = Vec::new();
            for (at, scalar, value) in assignments {
                given.push((at, scalar, session.create_physical_expr(value, &named)?));
            }
            steps.push(Step {
                condition: session.create_physical_expr(condition, &named)?,
                assignments: given,
                silent,
            });
        }
        let machine = Machine {
            schema,
            sources,
            defaults,
            steps,
        };
        Ok((machine, args))
    }

    /// A row for each match.
    fn unfolded(
        &mut self,
        input: &Relation,
        found: &Relation,
        scan: &Scan,
        declared: &[(String, ScalarType)],
        matches: &str,
    ) -> Lowered<Relation> {
        let item = self.fresh("match");
        let mut exprs: Vec<Plan> = input
            .columns
            .iter()
            .map(|found| column(&found.name))
            .collect();
        exprs.push(json::elements(column(matches), false).alias(&item));
        let plan = LogicalPlanBuilder::from(found.plan.clone())
            .project(exprs)?
            .unnest_columns_with_options(
                vec![Column::new_unqualified(&item)],
                UnnestOptions::new().with_preserve_nulls(false),
            )?
            .build()?;
        let mut out = Relation::new(plan, input.columns.clone());
        out.open = input.open;
        out.weight = input.weight;
        out.table = input.table.clone();
        let part = |lower: &Self, at: usize, scalar| {
            let part = json::path(
                column(&item),
                ScalarType::Dynamic,
                &[Path::Index(at as i64)],
            );
            lower.converted(Typed::new(part, ScalarType::Dynamic), scalar)
        };
        let mut new = Vec::new();
        for (at, (name, scalar)) in declared.iter().enumerate() {
            new.push((name.clone(), part(self, at + 1, *scalar)));
        }
        if let Some(name) = &scan.match_id {
            new.push((name.text.clone(), part(self, 0, ScalarType::Long)));
        }
        let mut out = out.extend(new)?;
        out.order = input.order.clone();
        Ok(out)
    }
}

impl Machine {
    /// Takes a row through the steps, from the last to the first. Gives the
    /// matches: the sequence's number and the declared columns of each.
    fn matches(
        &self,
        cells: &[Cell<'_>],
        states: &mut [Option<State>],
        next: &mut i64,
    ) -> Result<Cell<'static>> {
        let row: Vec<Cell<'static>> = cells.iter().map(|cell| cell.clone().into_owned()).collect();
        let mut out: Vec<Value> = Vec::new();
        for (at, step) in self.steps.iter().enumerate().rev() {
            // A sequence that stands one step before goes on to this one.
            let before = at.checked_sub(1).and_then(|before| states.get(before));
            let promoted = match before {
                Some(Some(state)) if self.holds(step, &row, Some(state))? => Some(at - 1),
                _ => None,
            };
            let state = match promoted {
                Some(before) => states.get_mut(before).and_then(Option::take),
                None => {
                    let own = states.get(at).cloned().flatten();
                    if own.is_none() && at > 0 || !self.holds(step, &row, own.as_ref())? {
                        continue;
                    }
                    own
                }
            };
            let mut state = state.unwrap_or_else(|| {
                *next += 1;
                State {
                    id: *next - 1,
                    records: vec![None; self.steps.len()],
                }
            });
            let mut declared = self.defaults.clone();
            for (column, scalar, value) in &step.assignments {
                let array = self.evaluated(value, &row, Some(&state))?;
                if let Some(slot) = declared.get_mut(*column) {
                    let array = normal(&array, *scalar);
                    *slot = Reader::new(&array, *scalar).get(0).into_owned();
                }
            }
            if !step.silent {
                let values = declared.iter().map(Cell::json);
                out.push(
                    std::iter::once(Value::from(state.id))
                        .chain(values)
                        .collect(),
                );
            }
            if let Some(slot) = state.records.get_mut(at) {
                *slot = Some(Record {
                    row: row.clone(),
                    declared,
                });
            }
            if let Some(slot) = states.get_mut(at) {
                *slot = Some(state);
            }
        }
        Ok(Cell::dynamic(&Value::Array(out)))
    }

    fn holds(&self, step: &Step, row: &[Cell<'static>], state: Option<&State>) -> Result<bool> {
        let array = self.evaluated(&step.condition, row, state)?;
        let Some(truth) = array.as_boolean_opt() else {
            return Err(DataFusionError::Execution(
                "a condition of `scan` is not true or false".to_owned(),
            ));
        };
        Ok(truth.iter().next().flatten() == Some(true))
    }

    fn evaluated(
        &self,
        value: &Arc<dyn PhysicalExpr>,
        row: &[Cell<'static>],
        state: Option<&State>,
    ) -> Result<ArrayRef> {
        let record = |step: usize| state.and_then(|state| state.records.get(step)?.as_ref());
        let arrays = self.sources.iter().map(|(source, scalar)| {
            let cell = match source {
                Source::Row(at) => row.get(*at),
                Source::Declared(at) => self.defaults.get(*at),
                Source::Kept(step, at) => record(*step).and_then(|record| record.row.get(*at)),
                Source::Assigned(step, at) => match record(*step) {
                    Some(record) => record.declared.get(*at),
                    None => self.defaults.get(*at),
                },
            };
            let mut builder = Builder::new(*scalar, 1);
            builder.push(cell.cloned().unwrap_or(Cell::Null));
            builder.finish()
        });
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays.collect())?;
        value.evaluate(&batch)?.into_array(1)
    }
}
