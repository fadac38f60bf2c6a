//! The syntax tree into a plan: names, types and meaning.

mod aggregate;
mod arithmetic;
mod call;
mod columns;
mod compare;
mod expand;
mod join;
mod list;
mod names;
mod operator;
mod pairs;
mod parse;
mod plugin;
pub(crate) mod relation;
mod scalar;
mod scan;
mod search;
mod series;
mod special;
mod summarize;
mod table;
mod union;
mod window;

use std::{collections::HashMap, rc::Rc};

use datafusion::{arrow::array::RecordBatch, logical_expr::Expr as Plan, scalar::ScalarValue};

use self::relation::Relation;
use super::ast::{Expr, ExprKind, Parameter, Query, Span, Statement};
use crate::{
    engine::{Context, Planned},
    error::{Class, Diagnostic, HuntError},
    functions::cell::{Cell, Reader, normal},
    value::ScalarType,
};

/// How deep functions may call each other.
const CALLS: usize = 40;

pub(crate) type Lowered<T> = Result<T, HuntError>;

/// A scalar expression and its type.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) expr: Plan,
    pub(crate) scalar: ScalarType,
}

impl Typed {
    pub(crate) fn new(expr: Plan, scalar: ScalarType) -> Self {
        Self { expr, scalar }
    }

    pub(crate) fn constant(cell: Cell<'_>, scalar: ScalarType) -> Self {
        Self::new(Plan::Literal(cell.scalar(scalar), None), scalar)
    }

    pub(crate) fn null(scalar: ScalarType) -> Self {
        Self::constant(Cell::Null, scalar)
    }

    /// The value, if it is written down or already computed.
    pub(crate) fn value(&self) -> Option<Cell<'static>> {
        match &self.expr {
            Plan::Literal(value, _) => cell_of(value, self.scalar),
            Plan::Alias(alias) => Self::new((*alias.expr).clone(), self.scalar).value(),
            _ => None,
        }
    }
}

fn cell_of(value: &ScalarValue, scalar: ScalarType) -> Option<Cell<'static>> {
    let array = normal(&value.to_array().ok()?, scalar);
    Some(Reader::new(&array, scalar).get(0).into_owned())
}

/// What a `let` name stands for.
#[derive(Clone, Debug)]
enum Binding {
    Scalar(Typed),
    Table(Relation),
    Function(Rc<Function>),
}

#[derive(Debug)]
struct Function {
    parameters: Vec<Parameter>,
    body: Query,
}

/// The state of lowering one query.
struct Lower<'a> {
    context: &'a Context,
    warnings: Vec<Diagnostic>,
    scopes: Vec<HashMap<String, Binding>>,
    calls: usize,
    fresh: usize,
    /// Aggregates met while an expression of `summarize` is lowered.
    aggregates: Option<aggregate::Aggregates>,
    /// Whether a null and a false are the same to whoever asked.
    positive: bool,
    chart: Option<String>,
    /// Tables without rows that unions left out.
    unread: Vec<String>,
    /// How deep the question what an expression gives goes through functions.
    asking: std::cell::Cell<usize>,
}

/// Plans a parsed query.
pub(super) fn lower(query: &Query, context: &Context) -> Lowered<Planned> {
    let mut lower = Lower {
        context,
        warnings: Vec::new(),
        scopes: vec![HashMap::new()],
        calls: 0,
        fresh: 0,
        aggregates: None,
        positive: false,
        chart: None,
        unread: Vec::new(),
        asking: std::cell::Cell::new(0),
    };
    let mut relation = None;
    for statement in &query.statements {
        if let Statement::Query(expr) = statement
            && let Some((_, first)) = &relation
        {
            let _: &Span = first;
            return Err(Diagnostic::new(
                Class::Syntax,
                expr.span.clone(),
                "a second query begins here; run them one by one",
            )
            .into());
        }
        if let Some(found) = lower.statement(statement)? {
            relation = Some((found, 0..0));
        }
    }
    let Some((relation, _)) = relation else {
        // A file of functions is a library: sound, and with nothing to give.
        lower.warn(
            Class::Syntax,
            &(0..0),
            "the text holds definitions, but no query; nothing is asked".to_owned(),
        );
        let none = Relation::empty(&[("Nothing".to_owned(), ScalarType::String)])?;
        return Ok(Planned {
            plan: none.plan,
            columns: none.columns,
            warnings: lower.warnings,
            chart: None,
            unread: lower.unread,
        });
    };
    lower.warnings.dedup();
    Ok(Planned {
        plan: relation.plan,
        columns: relation.columns,
        warnings: lower.warnings,
        chart: lower.chart,
        unread: lower.unread,
    })
}

impl Lower<'_> {
    fn fail<T>(&self, class: Class, span: &Span, message: impl Into<String>) -> Lowered<T> {
        Err(Diagnostic::new(class, span.clone(), message).into())
    }

    fn warn(&mut self, class: Class, span: &Span, message: impl Into<String>) {
        let warning = Diagnostic::new(class, span.clone(), message);
        if !self
            .warnings
            .iter()
            .any(|known| known.message == warning.message)
        {
            self.warnings.push(warning);
        }
    }

    fn fresh(&mut self, what: &str) -> String {
        self.fresh += 1;
        format!("__{what}{}", self.fresh)
    }

    fn binding(&self, name: &str) -> Option<&Binding> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    fn bind(&mut self, name: &str, binding: Binding) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), binding);
        }
    }

    /// Runs a statement; a query gives its table.
    fn statement(&mut self, statement: &Statement) -> Lowered<Option<Relation>> {
        match statement {
            Statement::Setting(span) => {
                self.warn(
                    Class::Approximate,
                    span,
                    "`set`, `alias` and `restrict` have no effect here",
                );
                Ok(None)
            }
            Statement::Declare(parameters) => {
                for parameter in parameters {
                    let scalar = parameter.scalar.unwrap_or_default();
                    let value = match &parameter.default {
                        Some(default) => {
                            let value = self.scalar(default, &Relation::none()?)?;
                            self.converted(value, scalar)
                        }
                        None => {
                            self.warn(
                                Class::Approximate,
                                &parameter.name.span,
                                format!(
                                    "the parameter `{}` has no value; it counts as null",
                                    parameter.name.text
                                ),
                            );
                            Typed::null(scalar)
                        }
                    };
                    self.bind(&parameter.name.text, Binding::Scalar(value));
                }
                Ok(None)
            }
            Statement::Let { name, value } => {
                let binding = match &value.kind {
                    ExprKind::Function(parameters, body) => {
                        let function = Function {
                            parameters: parameters.clone(),
                            body: body.clone(),
                        };
                        Binding::Function(Rc::new(function))
                    }
                    _ if self.is_tabular(value) => Binding::Table(self.tabular(value)?),
                    _ => {
                        let value = self.scalar(value, &Relation::none()?)?;
                        Binding::Scalar(self.folded(value)?)
                    }
                };
                self.bind(&name.text, binding);
                Ok(None)
            }
            Statement::Query(expr) if self.is_tabular(expr) => self.tabular(expr).map(Some),
            Statement::Query(expr) => {
                // A bare scalar is a table of one value.
                let none = Relation::none()?;
                match self.scalar(expr, &none) {
                    Ok(value) => none.project(vec![("print_0".to_owned(), value)]).map(Some),
                    Err(error) => match &expr.kind {
                        ExprKind::Name(_) => self.tabular(expr).map(Some),
                        _ => Err(error),
                    },
                }
            }
        }
    }

    /// Whether an expression gives a table.
    fn is_tabular(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Pipe(..)
            | ExprKind::Start(_)
            | ExprKind::Datatable(..)
            | ExprKind::External(..)
            | ExprKind::Wildcard(_) => true,
            ExprKind::Name(name) => match self.binding(name) {
                Some(Binding::Table(_)) => true,
                Some(Binding::Scalar(_)) => false,
                Some(Binding::Function(function)) => {
                    function.parameters.is_empty() && self.body_is_tabular(&function.body)
                }
                None => self.context.catalog.contains(name) || table::is_custom(name),
            },
            ExprKind::Member(base, _) => table::is_place(base),
            ExprKind::Call { name, args } => match self.binding(&name.text) {
                Some(Binding::Function(function)) => self.body_is_tabular(&function.body),
                Some(_) => false,
                None => match name.text.as_str() {
                    "materialize" | "table" => true,
                    "toscalar" => false,
                    _ if names::is_scalar(&name.text) => false,
                    text => {
                        let _ = args;
                        table::is_stub(text) || self.context.catalog.contains(text)
                    }
                },
            },
            _ => false,
        }
    }

    fn body_is_tabular(&self, body: &Query) -> bool {
        let Some(Statement::Query(last)) = body.statements.last() else {
            return false;
        };
        // A function that calls itself has no answer, and is refused later.
        if self.asking.get() >= CALLS {
            return false;
        }
        self.asking.set(self.asking.get() + 1);
        let tabular = self.last_is_tabular(body, last);
        self.asking.set(self.asking.get() - 1);
        tabular
    }

    fn last_is_tabular(&self, body: &Query, last: &Expr) -> bool {
        match &last.kind {
            // Names may be local to the body.
            ExprKind::Name(name) => body
                .statements
                .iter()
                .find_map(|statement| match statement {
                    Statement::Let { name: bound, value } if bound.text == *name => {
                        Some(self.is_tabular(value))
                    }
                    _ => None,
                })
                .unwrap_or_else(|| self.is_tabular(last)),
            _ => self.is_tabular(last),
        }
    }

    /// Computes what does not depend on rows.
    fn folded(&self, value: Typed) -> Lowered<Typed> {
        if value.value().is_some() || !value.expr.column_refs().is_empty() {
            return Ok(value);
        }
        let none = Relation::none()?;
        let plan = none
            .project(vec![("value".to_owned(), value.clone())])?
            .plan;
        // Constants are computed even when hunts are only checked: they read
        // no table.
        let (batches, _) = self
            .context
            .session
            .collect(plan, 1, self.context.deadline)?;
        let cell = first_cell(&batches, value.scalar);
        Ok(Typed::constant(cell.unwrap_or_default(), value.scalar))
    }

    /// Calls a user's function. Table arguments bind tables.
    fn enter(
        &mut self,
        function: &Function,
        args: &[super::ast::Argument],
        row: &Relation,
        piped: Option<Relation>,
        span: &Span,
    ) -> Lowered<()> {
        if self.calls >= CALLS {
            return self.fail(
                Class::Limit,
                span,
                format!("functions call each other deeper than {CALLS}"),
            );
        }
        let mut scope = HashMap::new();
        let mut piped = piped;
        let mut positional = args.iter().filter(|arg| arg.name.is_none());
        for parameter in &function.parameters {
            let name = &parameter.name.text;
            if parameter.scalar.is_none()
                && let Some(table) = piped.take()
            {
                scope.insert(name.clone(), Binding::Table(table));
                continue;
            }
            let named = args
                .iter()
                .find(|arg| arg.name.as_ref().is_some_and(|given| given.text == *name));
            let value = named
                .or_else(|| positional.next())
                .map(|arg| &arg.value)
                .or(parameter.default.as_ref());
            let Some(value) = value else {
                return self.fail(
                    Class::Arguments,
                    span,
                    format!("the argument `{name}` is missing"),
                );
            };
            let binding = match parameter.scalar {
                None => Binding::Table(self.tabular(value)?),
                Some(scalar) => {
                    let value = self.scalar(value, row)?;
                    Binding::Scalar(self.converted(value, scalar))
                }
            };
            scope.insert(name.clone(), binding);
        }
        if positional.next().is_some() {
            let count = function.parameters.len();
            return self.fail(
                Class::Arguments,
                span,
                format!("the function takes {count} arguments"),
            );
        }
        self.scopes.push(scope);
        self.calls += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.scopes.pop();
        self.calls -= 1;
    }

    /// Runs the statements of a body but the last, and gives that.
    fn body<'q>(&mut self, body: &'q Query, span: &Span) -> Lowered<&'q Expr> {
        let Some((last, before)) = body.statements.split_last() else {
            return self.fail(Class::Syntax, span, "the function has no body");
        };
        for statement in before {
            self.statement(statement)?;
        }
        match last {
            Statement::Query(expr) => Ok(expr),
            _ => self.fail(
                Class::Syntax,
                span,
                "the function's body must end with an expression",
            ),
        }
    }
}

fn first_cell(batches: &[RecordBatch], scalar: ScalarType) -> Option<Cell<'static>> {
    let batch = batches.iter().find(|batch| batch.num_rows() > 0)?;
    let array = normal(batch.columns().first()?, scalar);
    Some(Reader::new(&array, scalar).get(0).into_owned())
}

/// The values of the first column.
fn first_column(batches: &[RecordBatch], scalar: ScalarType) -> Vec<Cell<'static>> {
    let mut cells = Vec::new();
    for batch in batches {
        let Some(array) = batch.columns().first() else {
            continue;
        };
        let array = normal(array, scalar);
        let reader = Reader::new(&array, scalar);
        cells.extend((0..batch.num_rows()).map(|row| reader.get(row).into_owned()));
    }
    cells
}
