//! A table on its way through the operators.

use datafusion::{
    common::{
        Column,
        tree_node::{Transformed, TreeNode},
    },
    logical_expr::{Expr as Plan, LogicalPlan, LogicalPlanBuilder, SortExpr},
};

use super::{Lowered, Typed};
use crate::{
    engine::{PlannedColumn, catalog::Scan},
    value::ScalarType,
};

/// A plan with its columns' names and types.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) plan: LogicalPlan,
    pub(crate) columns: Vec<PlannedColumn>,
    /// The order of the rows, while it is known.
    pub(crate) order: Vec<SortExpr>,
    /// Columns that are not known count as null: those of documented tables,
    /// which grow, and those of bags that could not be looked into.
    pub(crate) open: bool,
    /// The table's name, while the rows are those of one table.
    pub(crate) table: Option<String>,
    /// Operators from a row's table to here, and operators in all: plans that
    /// would take forever, or the whole stack, are refused.
    pub(crate) weight: Weight,
    /// Whether there can be no rows: those of a table that is documented and
    /// not in the lake.
    pub(crate) vacant: bool,
}

/// How deep and how large a plan is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weight {
    pub(crate) depth: usize,
    pub(crate) size: usize,
}

impl Weight {
    /// The weight of a plan over both.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            size: self.size.saturating_add(other.size),
        }
    }
}

/// A reference to a column by its exact name.
pub(crate) fn column(name: &str) -> Plan {
    Plan::Column(Column::new_unqualified(name))
}

/// A plan that computes the window functions of `exprs`, those within others
/// before them.
fn with_windows(mut plan: LogicalPlan, mut exprs: Vec<Plan>) -> Lowered<(LogicalPlan, Vec<Plan>)> {
    let mut round = 0;
    loop {
        let windows = super::window::windows_in(&exprs);
        if windows.is_empty() {
            return Ok((plan, exprs));
        }
        let mut inner = super::window::nested(&windows);
        if inner.is_empty() {
            return Ok((LogicalPlanBuilder::window_plan(plan, windows)?, exprs));
        }
        loop {
            let deeper = super::window::nested(&inner);
            if deeper.is_empty() {
                break;
            }
            inner = deeper;
        }
        let name = |index: usize| format!("__window{round}_{index}");
        let mut columns: Vec<Plan> = plan
            .schema()
            .columns()
            .into_iter()
            .map(Plan::Column)
            .collect();
        columns.extend(
            inner
                .iter()
                .enumerate()
                .map(|(index, window)| window.clone().alias(name(index))),
        );
        plan = LogicalPlanBuilder::window_plan(plan, inner.clone())?;
        plan = LogicalPlanBuilder::from(plan).project(columns)?.build()?;
        exprs = exprs
            .into_iter()
            .map(|expr| {
                expr.transform_down(|part| {
                    Ok(match inner.iter().position(|window| *window == part) {
                        Some(index) => Transformed::yes(column(&name(index))),
                        None => Transformed::no(part),
                    })
                })
                .map(|changed| changed.data)
            })
            .collect::<Result<_, _>>()?;
        round += 1;
    }
}

impl Relation {
    pub(crate) fn new(plan: LogicalPlan, columns: Vec<PlannedColumn>) -> Self {
        Self {
            plan,
            columns,
            order: Vec::new(),
            open: false,
            table: None,
            weight: Weight::default(),
            vacant: false,
        }
    }

    /// One row without columns.
    pub(crate) fn none() -> Lowered<Self> {
        Ok(Self::new(
            LogicalPlanBuilder::empty(true).build()?,
            Vec::new(),
        ))
    }

    /// No rows, with `columns`.
    pub(crate) fn empty(columns: &[(String, ScalarType)]) -> Lowered<Self> {
        let one = Self::none()?;
        let nulls = columns
            .iter()
            .map(|(name, scalar)| (name.clone(), Typed::null(*scalar)))
            .collect();
        let none = Plan::Literal(datafusion::scalar::ScalarValue::Boolean(Some(false)), None);
        let plan = LogicalPlanBuilder::from(one.plan.clone())
            .filter(none)?
            .build()?;
        Self {
            plan,
            vacant: true,
            ..one
        }
        .project(nulls)
    }

    pub(crate) fn scanned(name: &str, scan: Scan) -> Self {
        Self {
            plan: scan.plan,
            columns: scan.columns,
            order: Vec::new(),
            open: true,
            table: Some(name.to_owned()),
            weight: Weight::default(),
            vacant: !scan.present,
        }
    }

    pub(crate) fn find(&self, name: &str) -> Option<&PlannedColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    pub(crate) fn reference(&self, found: &PlannedColumn) -> Typed {
        Typed::new(column(&found.name), found.scalar)
    }

    /// The column that holds the rows' time.
    pub(crate) fn time(&self) -> Option<&PlannedColumn> {
        crate::lake::TIME_COLUMNS
            .iter()
            .find_map(|name| self.find(name))
    }

    /// Exactly these columns.
    pub(crate) fn project(&self, columns: Vec<(String, Typed)>) -> Lowered<Self> {
        let exprs: Vec<Plan> = columns
            .iter()
            .map(|(name, value)| aliased(&value.expr, name))
            .collect();
        let (plan, exprs) = with_windows(self.plan.clone(), exprs)?;
        let plan = LogicalPlanBuilder::from(plan).project(exprs)?.build()?;
        let columns: Vec<PlannedColumn> = columns
            .into_iter()
            .map(|(name, value)| PlannedColumn {
                name,
                scalar: value.scalar,
            })
            .collect();
        let kept = |sort: &SortExpr| {
            sort.expr
                .column_refs()
                .iter()
                .all(|used| columns.iter().any(|column| column.name == used.name))
        };
        let order = if self.order.iter().all(kept) {
            self.order.clone()
        } else {
            Vec::new()
        };
        Ok(Self {
            plan,
            columns,
            order,
            open: self.open,
            table: self.table.clone(),
            weight: self.weight,
            vacant: self.vacant,
        })
    }

    /// All columns, with `new` ones replaced or added.
    pub(crate) fn extend(&self, new: Vec<(String, Typed)>) -> Lowered<Self> {
        let mut columns: Vec<(String, Typed)> = self
            .columns
            .iter()
            .map(|column| (column.name.clone(), self.reference(column)))
            .collect();
        let mut replaced = false;
        for (name, value) in new {
            match columns.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => {
                    *known = value;
                    replaced = true;
                }
                None => columns.push((name, value)),
            }
        }
        let mut out = self.project(columns)?;
        if replaced {
            out.order.clear();
        }
        Ok(out)
    }

    /// The columns for which `keep` says so, in their order.
    pub(crate) fn keep(&self, keep: impl Fn(&str) -> bool) -> Lowered<Self> {
        let kept = self.columns.iter().filter(|column| keep(&column.name));
        self.project(
            kept.map(|column| (column.name.clone(), self.reference(column)))
                .collect(),
        )
    }

    pub(crate) fn filter(&self, condition: Plan) -> Lowered<Self> {
        let plan = LogicalPlanBuilder::from(self.plan.clone())
            .filter(condition)?
            .build()?;
        Ok(Self {
            plan,
            ..self.clone()
        })
    }

    pub(crate) fn take(&self, rows: usize) -> Lowered<Self> {
        // The engine counts with a sign.
        let rows = rows.min(isize::MAX.unsigned_abs());
        let plan = LogicalPlanBuilder::from(self.plan.clone())
            .limit(0, Some(rows))?
            .build()?;
        Ok(Self {
            plan,
            ..self.clone()
        })
    }

    pub(crate) fn sort(&self, order: Vec<SortExpr>) -> Lowered<Self> {
        let plan = LogicalPlanBuilder::from(self.plan.clone())
            .sort(order.clone())?
            .build()?;
        Ok(Self {
            plan,
            order,
            ..self.clone()
        })
    }

    /// The same rows under another plan with the same columns.
    pub(crate) fn with_plan(&self, plan: LogicalPlan) -> Self {
        Self {
            plan,
            ..self.clone()
        }
    }
}

fn aliased(expr: &Plan, name: &str) -> Plan {
    match expr {
        Plan::Column(column) if column.relation.is_none() && column.name == name => expr.clone(),
        expr => expr.clone().alias(name),
    }
}

/// `name`, or `name1`, `name2`, … whichever is not `taken`.
pub(crate) fn unused(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_owned();
    }
    let mut number = 1_usize;
    loop {
        let candidate = format!("{name}{number}");
        if !taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}
