//! Tables and the operators on them.

use datafusion::logical_expr::{Expr as Plan, LogicalPlanBuilder, Operator as Op, SortExpr, lit};

use super::{
    Binding, Lower, Lowered, Typed, names,
    relation::{Relation, column},
    scalar::balanced,
    window,
};
use crate::{
    error::{Class, Diagnostic, did_you_mean},
    functions::cell::Cell,
    kql::ast::{Argument, Expr, ExprKind, Name, Named, Operator, OperatorKind, Order, Span},
    value::ScalarType,
};

/// Operators that may follow one another, through definitions as well.
const DEPTH: usize = 400;
/// Operators of a whole plan, each use of a definition counted again.
const SIZE: usize = 5_000;

/// `cluster(…)`, `database(…)`, `workspace(…)` and the like: where a table
/// lives elsewhere.
pub(super) fn is_place(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call { name, .. } => matches!(
            name.text.as_str(),
            "cluster" | "database" | "workspace" | "app" | "resource" | "adx" | "arg"
        ),
        ExprKind::Member(base, _) => is_place(base),
        _ => false,
    }
}

/// Whether a name is that of a workspace's own table: Log Analytics ends those
/// in `_CL`.
pub(super) fn is_custom(name: &str) -> bool {
    name.len() > 3 && name.ends_with("_CL")
}

/// Functions that give tables from the service's own data.
pub(super) fn is_stub(name: &str) -> bool {
    matches!(
        name,
        "_GetWatchlist"
            | "_GetWatchlistAlias"
            | "SeenBy"
            | "FileProfile"
            | "DeviceFromIP"
            | "AssignedIPAddresses"
            | "external_table"
            | "ThreatIntelIndicators_"
    )
}

impl Lower<'_> {
    /// A tabular expression.
    pub(super) fn tabular(&mut self, expr: &Expr) -> Lowered<Relation> {
        let span = &expr.span;
        match &expr.kind {
            ExprKind::Pipe(source, operators) => {
                let mut relation = self.tabular(source)?;
                for operator in operators {
                    relation = self.operator(relation, operator)?;
                }
                Ok(relation)
            }
            ExprKind::Start(operator) => {
                let none = Relation::none()?;
                match &operator.kind {
                    OperatorKind::Search { tables, predicate } => {
                        self.search(None, tables, predicate, span)
                    }
                    _ => self.operator(none, operator),
                }
            }
            ExprKind::Name(name) => self.table(name, span),
            ExprKind::Wildcard(pattern) => {
                let source = Expr {
                    kind: ExprKind::Wildcard(pattern.clone()),
                    span: span.clone(),
                };
                self.union(None, &[source], false, None, true, span)
            }
            ExprKind::Member(base, name) if is_place(base) => {
                let place = "tables of other clusters and workspaces are looked up here";
                self.warn(Class::Approximate, span, place);
                self.table(&name.text, &name.span)
            }
            ExprKind::Datatable(columns, values) => self.datatable(columns, values, span),
            ExprKind::External(columns, _) => {
                self.warn(
                    Class::Approximate,
                    span,
                    "`externaldata` is not fetched: it counts as an empty table, and what is compared with it finds nothing",
                );
                let columns: Vec<_> = columns
                    .iter()
                    .map(|(name, scalar)| (name.text.clone(), *scalar))
                    .collect();
                Relation::empty(&columns)
            }
            ExprKind::Call { name, args } => self.table_call(name, args, span),
            _ => self.fail(Class::Type, span, "this is a value, and a table is wanted"),
        }
    }

    fn table(&mut self, name: &str, span: &Span) -> Lowered<Relation> {
        match self.binding(name) {
            Some(Binding::Table(relation)) => return Ok(relation.clone()),
            Some(Binding::Function(function)) if function.parameters.is_empty() => {
                let call = Name {
                    text: name.to_owned(),
                    span: span.clone(),
                };
                return self.table_call(&call, &[], span);
            }
            Some(Binding::Scalar(value)) => {
                let value = value.clone();
                return Relation::none()?.project(vec![(name.to_owned(), value)]);
            }
            Some(Binding::Function(_)) => {
                return self.fail(
                    Class::Arguments,
                    span,
                    format!("the function `{name}` takes arguments"),
                );
            }
            None => {}
        }
        if let Some(scan) = self.context.catalog.scan(name)? {
            if !scan.present && self.context.execute {
                self.warn(
                    Class::Data,
                    span,
                    format!("the lake has no rows of table `{name}`"),
                );
            }
            return Ok(Relation::scanned(name, scan));
        }
        let known = self.context.catalog.names();
        if let Some(other) = known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            self.warn(
                Class::UnknownTable,
                span,
                format!("there is no table `{name}`; `{other}` is read"),
            );
            let other = other.clone();
            return self.table(&other, span);
        }
        if is_custom(name) {
            self.warn(
                Class::UnknownTable,
                span,
                format!("the workspace's own table `{name}` is not here: it counts as empty; add it with `--table {name}=file`"),
            );
            let text = |name: &str| (name.to_owned(), ScalarType::String);
            let mut relation = Relation::empty(&[
                text("TenantId"),
                ("TimeGenerated".to_owned(), ScalarType::Datetime),
                text("Computer"),
                text("RawData"),
                text("SourceSystem"),
                text("Type"),
            ])?;
            relation.open = true;
            relation.table = Some(name.to_owned());
            return Ok(relation);
        }
        let error = Diagnostic::new(
            Class::UnknownTable,
            span.clone(),
            format!("there is no table `{name}`"),
        );
        let known = self.context.catalog.names();
        Err(match did_you_mean(name, known.iter().map(String::as_str)) {
            Some(close) => error.with_help(format!("did you mean `{close}`?")),
            None => {
                error.with_help("add it with `--table name=file`, or a schema in content/schemas")
            }
        }
        .into())
    }

    fn table_call(&mut self, name: &Name, args: &[Argument], span: &Span) -> Lowered<Relation> {
        self.table_call_on(name, args, None, span)
    }

    /// A call of a tabular function, perhaps on a piped table (`invoke`).
    fn table_call_on(
        &mut self,
        name: &Name,
        args: &[Argument],
        piped: Option<Relation>,
        span: &Span,
    ) -> Lowered<Relation> {
        if let Some(Binding::Function(function)) = self.binding(&name.text) {
            let function = std::rc::Rc::clone(function);
            let none = Relation::none()?;
            self.enter(&function, args, &none, piped, span)?;
            let relation = self
                .body(&function.body, span)
                .and_then(|last| self.tabular(last));
            self.leave();
            return relation;
        }
        match name.text.as_str() {
            "materialize" => match args.first() {
                Some(table) => self.tabular(&table.value),
                None => self.fail(Class::Arguments, span, "`materialize` takes a table"),
            },
            "table" => {
                let none = Relation::none()?;
                let wanted = match args.first() {
                    Some(arg) => {
                        let value = self.scalar(&arg.value, &none)?;
                        self.folded(value)?.value()
                    }
                    None => None,
                };
                match wanted {
                    Some(Cell::Text(wanted)) => self.table(&wanted, span),
                    _ => self.fail(Class::Arguments, span, "`table` takes a name in quotes"),
                }
            }
            "_GetWatchlist" | "_GetWatchlistAlias" => {
                self.warn(
                    Class::Approximate,
                    span,
                    "watchlists are not here: this one counts as empty",
                );
                let text = |name: &str| (name.to_owned(), ScalarType::String);
                let mut relation = Relation::empty(&[text("SearchKey"), text("_DTItemId")])?;
                relation.open = true;
                relation.table = Some("the watchlist".to_owned());
                Ok(relation)
            }
            "FileProfile" | "SeenBy" | "DeviceFromIP" | "AssignedIPAddresses" => {
                self.warn(
                    Class::Approximate,
                    span,
                    format!(
                        "`{}` asks the service, which is not here: what it would add is null",
                        name.text
                    ),
                );
                match piped {
                    Some(relation) => self.profiled(&relation, &name.text),
                    None => {
                        let mut relation =
                            Relation::empty(&[("DeviceId".to_owned(), ScalarType::String)])?;
                        relation.open = true;
                        Ok(relation)
                    }
                }
            }
            text if self.context.catalog.contains(text) => {
                if !args.is_empty() {
                    self.warn(
                        Class::Approximate,
                        span,
                        format!("`{text}` is read as a table; its arguments do not narrow it"),
                    );
                }
                self.table(text, &name.span)
            }
            text => {
                let error = Diagnostic::new(
                    Class::UnknownFunction,
                    name.span.clone(),
                    format!("there is no tabular function `{text}`"),
                );
                let known = self.context.catalog.names();
                Err(match did_you_mean(text, known.iter().map(String::as_str)) {
                    Some(close) => error.with_help(format!("did you mean `{close}`?")),
                    None => error,
                }
                .into())
            }
        }
    }

    /// The columns that FileProfile and its kin add, as nulls.
    fn profiled(&mut self, relation: &Relation, function: &str) -> Lowered<Relation> {
        const FILE: [(&str, ScalarType); 18] = [
            ("SHA1", ScalarType::String),
            ("SHA256", ScalarType::String),
            ("MD5", ScalarType::String),
            ("FileSize", ScalarType::Long),
            ("GlobalPrevalence", ScalarType::Long),
            ("GlobalFirstSeen", ScalarType::Datetime),
            ("GlobalLastSeen", ScalarType::Datetime),
            ("Signer", ScalarType::String),
            ("Issuer", ScalarType::String),
            ("SignerHash", ScalarType::String),
            ("IsCertificateValid", ScalarType::Bool),
            ("IsRootSignerMicrosoft", ScalarType::Bool),
            ("SignatureState", ScalarType::String),
            ("IsExecutable", ScalarType::Bool),
            ("ThreatName", ScalarType::String),
            ("Publisher", ScalarType::String),
            ("SoftwareName", ScalarType::String),
            ("ProfileAvailability", ScalarType::String),
        ];
        let mut new = Vec::new();
        if function == "FileProfile" {
            for (name, scalar) in FILE {
                if !relation.has(name) {
                    new.push((name.to_owned(), Typed::null(scalar)));
                }
            }
        }
        relation.extend(new)
    }

    fn datatable(
        &mut self,
        columns: &[(Name, ScalarType)],
        values: &[Expr],
        span: &Span,
    ) -> Lowered<Relation> {
        if columns.is_empty() || !values.len().is_multiple_of(columns.len()) {
            let message = format!(
                "{} values do not fill rows of {} columns",
                values.len(),
                columns.len()
            );
            return self.fail(Class::Arguments, span, message);
        }
        let types: Vec<(String, ScalarType)> = columns
            .iter()
            .map(|(name, scalar)| (name.text.clone(), *scalar))
            .collect();
        if values.is_empty() {
            return Relation::empty(&types);
        }
        let none = Relation::none()?;
        let mut rows = Vec::new();
        for row in values.chunks(columns.len()) {
            let mut cells = Vec::with_capacity(row.len());
            for (value, (_, scalar)) in row.iter().zip(&types) {
                let value = self.scalar(value, &none)?;
                let value = self.folded(value)?;
                cells.push(self.converted(value, *scalar).expr);
            }
            rows.push(cells);
        }
        let plan = LogicalPlanBuilder::values(rows)?;
        let found: Vec<String> = plan
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        let relation = Relation::new(plan.build()?, Vec::new());
        let columns = types
            .into_iter()
            .zip(found)
            .map(|((name, scalar), own)| (name, Typed::new(column(&own), scalar)))
            .collect();
        relation.project(columns)
    }

    /// One operator.
    pub(super) fn operator(&mut self, input: Relation, operator: &Operator) -> Lowered<Relation> {
        let before = input.weight;
        let mut output = self.operated(input, operator)?;
        let weight = &mut output.weight;
        weight.depth = weight.depth.max(before.depth) + 1;
        weight.size = weight.size.max(before.size).saturating_add(1);
        if weight.depth > DEPTH || weight.size > SIZE {
            let message = format!("more than {DEPTH} operators in a row, or {SIZE} in all");
            return self.fail(Class::Limit, &operator.span, message);
        }
        Ok(output)
    }

    fn operated(&mut self, input: Relation, operator: &Operator) -> Lowered<Relation> {
        let span = &operator.span;
        match &operator.kind {
            OperatorKind::Where(condition) => self.filtered(&input, condition),
            OperatorKind::Extend(columns) | OperatorKind::Serialize(columns) => {
                self.extended(&input, columns)
            }
            OperatorKind::Print(columns) => {
                let mut out = Vec::new();
                for (index, named) in columns.iter().enumerate() {
                    let value = self.scalar(&named.value, &input)?;
                    let name = named
                        .names
                        .first()
                        .map_or_else(|| format!("print_{index}"), |name| name.text.clone());
                    out.push((name, value));
                }
                input.project(out)
            }
            OperatorKind::Project(columns) => self.projected(&input, columns),
            OperatorKind::ProjectAway(patterns) => {
                let away = |name: &str| {
                    patterns
                        .iter()
                        .any(|pattern| names::fits(name, &pattern.text))
                };
                self.unknown_patterns(&input, patterns);
                input.keep(|name| !away(name))
            }
            OperatorKind::ProjectKeep(patterns) => {
                self.unknown_patterns(&input, patterns);
                input.keep(|name| {
                    patterns
                        .iter()
                        .any(|pattern| names::fits(name, &pattern.text))
                })
            }
            OperatorKind::ProjectRename(columns) => {
                let mut out: Vec<(String, Typed)> = input
                    .columns
                    .iter()
                    .map(|column| (column.name.clone(), input.reference(column)))
                    .collect();
                for named in columns {
                    let (Some(new), ExprKind::Name(old)) = (named.names.first(), &named.value.kind)
                    else {
                        return self.fail(
                            Class::Syntax,
                            &named.value.span,
                            "`project-rename` takes `new = old`",
                        );
                    };
                    match out.iter_mut().find(|(name, _)| name == old) {
                        Some((name, _)) => *name = new.text.clone(),
                        None => {
                            let value = self.named(old, &named.value.span, &input)?;
                            out.push((new.text.clone(), value));
                        }
                    }
                }
                self.unique(&input, out)
            }
            OperatorKind::ProjectReorder(patterns) => {
                let mut order: Vec<String> = Vec::new();
                for (pattern, ascending) in patterns {
                    let mut fitting: Vec<&str> = input
                        .columns
                        .iter()
                        .map(|column| column.name.as_str())
                        .filter(|name| {
                            names::fits(name, &pattern.text)
                                && !order.iter().any(|known| known == name)
                        })
                        .collect();
                    match ascending {
                        Some(true) => fitting.sort_unstable(),
                        Some(false) => fitting.sort_unstable_by(|a, b| b.cmp(a)),
                        None => {}
                    }
                    let fitting: Vec<String> = fitting.into_iter().map(str::to_owned).collect();
                    order.extend(fitting);
                }
                let rest = input
                    .columns
                    .iter()
                    .filter(|column| !order.contains(&column.name))
                    .map(|column| column.name.clone());
                let order: Vec<String> = order.iter().cloned().chain(rest).collect();
                let columns = order.iter().filter_map(|name| {
                    let found = input.find(name)?;
                    Some((name.clone(), input.reference(found)))
                });
                input.project(columns.collect())
            }
            OperatorKind::Summarize(values, by) => self.summarize(&input, values, by, span),
            OperatorKind::Distinct(values) => self.distinct(&input, values),
            OperatorKind::Join { kind, right, on } => self.join(&input, kind, right, on, span),
            OperatorKind::Lookup { kind, right, on } => self.lookup(&input, kind, right, on, span),
            OperatorKind::Union {
                inner,
                source,
                fuzzy,
                tables,
            } => {
                let first = (!input.columns.is_empty()).then_some(input);
                self.union(first, tables, *inner, source.as_ref(), *fuzzy, span)
            }
            OperatorKind::Sort(orders) => {
                let order = self.orders(&input, orders)?;
                input.sort(order)
            }
            OperatorKind::Top(count, orders) => {
                let count = self.count_of(count)?;
                let order = self.orders(&input, orders)?;
                input.sort(order)?.take(count)
            }
            OperatorKind::Take(count) | OperatorKind::Sample(count) => {
                let count = self.count_of(count)?;
                input.take(count)
            }
            OperatorKind::SampleDistinct(count, value) => {
                let count = self.count_of(count)?;
                self.distinct(&input, std::slice::from_ref(value))?
                    .take(count)
            }
            OperatorKind::Count(name) => {
                let name = name.as_ref().map_or("Count", |name| name.text.as_str());
                let counted =
                    datafusion::functions_aggregate::expr_fn::count(lit(1_i64)).alias("__count");
                let plan = LogicalPlanBuilder::from(input.plan)
                    .aggregate(Vec::<Plan>::new(), vec![counted])?
                    .build()?;
                let value = Typed::new(column("__count"), ScalarType::Long);
                Relation::new(plan, Vec::new()).project(vec![(name.to_owned(), value)])
            }
            OperatorKind::MvExpand {
                array,
                index,
                columns,
                limit,
            } => {
                let limit = limit
                    .as_ref()
                    .map(|limit| self.count_of(limit))
                    .transpose()?;
                self.mv_expand(&input, *array, index.as_ref(), columns, limit, span)
            }
            OperatorKind::MvApply {
                index,
                columns,
                body,
            } => self.mv_apply(&input, index.as_ref(), columns, body, span),
            OperatorKind::Partition(by, body) => self.partition(&input, by, body, span),
            OperatorKind::Parse {
                only,
                kind,
                flags,
                value,
                pieces,
            } => self.parse_pattern(&input, *only, kind, flags, value, pieces, span),
            OperatorKind::ParseKv {
                value,
                columns,
                options,
            } => self.parse_kv(&input, value, columns, options),
            OperatorKind::MakeSeries {
                values,
                on,
                from,
                to,
                through,
                step,
                by,
            } => self.make_series(
                &input,
                values,
                on,
                (from.as_ref(), to.as_ref().map(|to| (to, *through)), step),
                by,
                span,
            ),
            OperatorKind::Evaluate { name, args, schema } => {
                self.evaluate(&input, name, args, schema, span)
            }
            OperatorKind::Invoke(name, args) => self.table_call_on(name, args, Some(input), span),
            OperatorKind::Range(name, bounds) => {
                self.range(name, &bounds.0, &bounds.1, &bounds.2, span)
            }
            OperatorKind::Render(kind) => {
                self.chart = Some(kind.clone());
                Ok(input)
            }
            OperatorKind::GetSchema => self.schema_of(&input),
            OperatorKind::As(name) => {
                self.bind(&name.text, Binding::Table(input.clone()));
                Ok(input)
            }
            OperatorKind::Search { tables, predicate } => {
                let first = (!input.columns.is_empty()).then_some(input);
                self.search(first, tables, predicate, span)
            }
            OperatorKind::Find {
                tables,
                predicate,
                project,
            } => {
                let everything = [Expr {
                    kind: ExprKind::Wildcard("*".to_owned()),
                    span: span.clone(),
                }];
                let tables = if tables.is_empty() {
                    everything.as_slice()
                } else {
                    tables.as_slice()
                };
                let source = Name {
                    text: "source_".to_owned(),
                    span: span.clone(),
                };
                let all = self.union(None, tables, false, Some(&source), true, span)?;
                let found = self.filtered(&all, predicate)?;
                if project.is_empty() {
                    Ok(found)
                } else {
                    self.projected(&found, project)
                }
            }
            OperatorKind::TopNested(levels) => self.top_nested(&input, levels, span),
            OperatorKind::Nothing => Ok(input),
            OperatorKind::Scan(scan) => {
                let input = match scan.order.is_empty() {
                    true => input,
                    false => {
                        let order = self.orders(&input, &scan.order)?;
                        input.sort(order)?
                    }
                };
                self.scan(&input, scan, span)
            }
            OperatorKind::Unsupported(name) => self.fail(
                Class::Unsupported,
                span,
                format!("the operator `{name}` is not supported"),
            ),
        }
    }

    fn unknown_patterns(&mut self, input: &Relation, patterns: &[Name]) {
        for pattern in patterns {
            if !pattern.text.contains('*') && !input.has(&pattern.text) {
                let message = format!("there is no column `{}` here", pattern.text);
                self.warn(Class::UnknownColumn, &pattern.span, message);
            }
        }
    }

    pub(super) fn filtered(&mut self, input: &Relation, condition: &Expr) -> Lowered<Relation> {
        let condition = self.condition(condition, input)?;
        if window::windows_in(std::slice::from_ref(&condition)).is_empty() {
            return input.filter(condition);
        }
        let name = self.fresh("condition");
        let marked = input.extend(vec![(
            name.clone(),
            Typed::new(condition, ScalarType::Bool),
        )])?;
        marked.filter(column(&name))?.keep(|known| known != name)
    }

    fn extended(&mut self, input: &Relation, columns: &[Named]) -> Lowered<Relation> {
        let mut current = input.clone();
        let mut pending: Vec<(String, Typed)> = Vec::new();
        for named in columns {
            // A later expression of the same `extend` may use an earlier one.
            if !pending.is_empty() && uses(&named.value, &pending) {
                current = current.extend(std::mem::take(&mut pending))?;
            }
            let value = self.scalar(&named.value, &current)?;
            if named.names.len() > 1 {
                for (index, name) in named.names.iter().enumerate() {
                    let steps = [crate::functions::json::Step::Index(index as i64)];
                    let item =
                        crate::functions::json::path(value.expr.clone(), value.scalar, &steps);
                    pending.push((name.text.clone(), Typed::new(item, ScalarType::Dynamic)));
                }
                continue;
            }
            let name = match named.names.first() {
                Some(name) => name.text.clone(),
                None => {
                    let taken = |name: &str| {
                        current.has(name) || pending.iter().any(|(known, _)| known == name)
                    };
                    names::of_column(named, taken)
                }
            };
            if let Some((_, known)) = pending.iter_mut().find(|(known, _)| *known == name) {
                *known = value;
            } else {
                pending.push((name, value));
            }
        }
        current.extend(pending)
    }

    pub(super) fn projected(&mut self, input: &Relation, columns: &[Named]) -> Lowered<Relation> {
        let mut out: Vec<(String, Typed)> = Vec::new();
        for named in columns {
            if let ExprKind::Wildcard(pattern) = &named.value.kind {
                for column in input
                    .columns
                    .iter()
                    .filter(|column| names::fits(&column.name, pattern))
                {
                    out.push((column.name.clone(), input.reference(column)));
                }
                continue;
            }
            let value = self.scalar(&named.value, input)?;
            let name = names::of_column(named, |name| out.iter().any(|(known, _)| known == name));
            out.push((name, value));
        }
        let mut relation = self.unique(input, out)?;
        relation.open = false;
        relation.table = None;
        Ok(relation)
    }

    /// Columns of one name are numbered.
    fn unique(&mut self, input: &Relation, columns: Vec<(String, Typed)>) -> Lowered<Relation> {
        let mut out: Vec<(String, Typed)> = Vec::with_capacity(columns.len());
        for (name, value) in columns {
            let name =
                super::relation::unused(&name, |name| out.iter().any(|(known, _)| known == name));
            out.push((name, value));
        }
        input.project(out)
    }

    fn distinct(&mut self, input: &Relation, values: &[Expr]) -> Lowered<Relation> {
        let named: Vec<Named> = values
            .iter()
            .map(|value| Named {
                names: Vec::new(),
                value: value.clone(),
            })
            .collect();
        let narrow = self.projected(input, &named)?;
        let columns = narrow
            .columns
            .iter()
            .map(|column| {
                let value = narrow.reference(column);
                let value = match value.scalar {
                    ScalarType::String => Typed::new(self.text(value), ScalarType::String),
                    _ => value,
                };
                (column.name.clone(), value)
            })
            .collect();
        let mut narrow = narrow.project(columns)?;
        narrow.order.clear();
        let plan = LogicalPlanBuilder::from(narrow.plan.clone())
            .distinct()?
            .build()?;
        Ok(narrow.with_plan(plan))
    }

    pub(super) fn orders(&mut self, input: &Relation, orders: &[Order]) -> Lowered<Vec<SortExpr>> {
        let mut out = Vec::new();
        for order in orders {
            let value = self.scalar(&order.value, input)?;
            let expr = if value.scalar == ScalarType::String {
                self.text(value)
            } else {
                value.expr
            };
            // Nulls come first when ascending, last when descending.
            let nulls_first = order.nulls_first.unwrap_or(order.ascending);
            out.push(expr.sort(order.ascending, nulls_first));
        }
        Ok(out)
    }

    pub(super) fn count_of(&mut self, expr: &Expr) -> Lowered<usize> {
        let none = Relation::none()?;
        let value = self.scalar(expr, &none)?;
        let value = self.folded(value)?;
        match value.value().and_then(|cell| cell.long()) {
            Some(count) if count >= 0 => Ok(usize::try_from(count).unwrap_or(usize::MAX)),
            _ => self.fail(Class::Arguments, &expr.span, "a number of rows is wanted"),
        }
    }

    fn range(
        &mut self,
        name: &Name,
        from: &Expr,
        to: &Expr,
        step: &Expr,
        span: &Span,
    ) -> Lowered<Relation> {
        let none = Relation::none()?;
        let mut bounds = Vec::new();
        for expr in [from, to, step] {
            let value = self.scalar(expr, &none)?;
            bounds.push(self.folded(value)?);
        }
        let scalar = match bounds.first().map(|from| from.scalar) {
            Some(ScalarType::Long)
                if bounds.iter().any(|bound| bound.scalar == ScalarType::Real) =>
            {
                ScalarType::Real
            }
            Some(scalar) => scalar,
            None => ScalarType::Long,
        };
        let number = |index: usize| {
            bounds
                .get(index)
                .and_then(Typed::value)
                .and_then(|cell| cell.real())
        };
        let (Some(start), Some(end), Some(step)) = (number(0), number(1), number(2)) else {
            return self.fail(Class::Arguments, span, "`range` takes constants");
        };
        if step == 0.0 || ((end - start) / step) > 10_000_000.0 {
            return self.fail(
                Class::Limit,
                span,
                "`range` gives more than 10,000,000 rows",
            );
        }
        let count = (((end - start) / step).floor() + 1.0).max(0.0) as i64;
        let items: Vec<serde_json::Value> = (0..count)
            .map(|at| {
                let value = start + step * at as f64;
                if scalar == ScalarType::Real {
                    value.into()
                } else {
                    (value as i64).into()
                }
            })
            .collect();
        let list = Typed::constant(Cell::dynamic(&items.into()), ScalarType::Dynamic);
        let listed = none.project(vec![("__list".to_owned(), list)])?;
        let elements = crate::functions::json::elements(column("__list"), false);
        let plan = LogicalPlanBuilder::from(listed.plan)
            .project(vec![elements.alias("__item")])?
            .unnest_column("__item")?
            .build()?;
        let item = Typed::new(column("__item"), ScalarType::Dynamic);
        let item = match scalar {
            ScalarType::Datetime | ScalarType::Timespan => {
                let number = self.converted(item, ScalarType::Long);
                Typed::new(
                    datafusion::logical_expr::cast(number.expr, scalar.arrow()),
                    scalar,
                )
            }
            scalar => self.converted(item, scalar),
        };
        Relation::new(plan, Vec::new()).project(vec![(name.text.clone(), item)])
    }

    fn schema_of(&mut self, input: &Relation) -> Lowered<Relation> {
        let rows = input
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                vec![
                    lit(column.name.as_str()),
                    lit(index as i64),
                    lit(format!("System.{}", column.scalar)),
                    lit(column.scalar.name()),
                ]
            })
            .collect::<Vec<_>>();
        if rows.is_empty() {
            return Relation::empty(&[("ColumnName".to_owned(), ScalarType::String)]);
        }
        let plan = LogicalPlanBuilder::values(rows)?;
        let names = [
            ("ColumnName", ScalarType::String),
            ("ColumnOrdinal", ScalarType::Long),
            ("DataType", ScalarType::String),
            ("ColumnType", ScalarType::String),
        ];
        let own: Vec<String> = plan
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        let columns = names
            .into_iter()
            .zip(own)
            .map(|((name, scalar), own)| (name.to_owned(), Typed::new(column(&own), scalar)))
            .collect();
        Relation::new(plan.build()?, Vec::new()).project(columns)
    }

    /// `search`: words are looked for in every column.
    fn search(
        &mut self,
        input: Option<Relation>,
        tables: &[Expr],
        predicate: &Expr,
        span: &Span,
    ) -> Lowered<Relation> {
        let all = match input {
            Some(input) => input,
            None => {
                let everything = [Expr {
                    kind: ExprKind::Wildcard("*".to_owned()),
                    span: span.clone(),
                }];
                let tables = if tables.is_empty() {
                    everything.as_slice()
                } else {
                    tables
                };
                let source = Name {
                    text: "$table".to_owned(),
                    span: span.clone(),
                };
                self.union(None, tables, false, Some(&source), true, span)?
            }
        };
        let condition = self.searched(&all, predicate)?;
        all.filter(condition)
    }

    fn searched(&mut self, input: &Relation, predicate: &Expr) -> Lowered<Plan> {
        match &predicate.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                let mut terms = Vec::new();
                for part in parts {
                    terms.push(self.searched(input, part)?);
                }
                let op = if matches!(predicate.kind, ExprKind::Or(_)) {
                    Op::Or
                } else {
                    Op::And
                };
                Ok(balanced(terms, op))
            }
            ExprKind::Literal(literal) => {
                let wanted = super::scalar::constant(literal);
                let text = wanted
                    .value()
                    .map(|cell| cell.text().into_owned())
                    .unwrap_or_default();
                let (name, text) = match (text.strip_prefix('*'), text.strip_suffix('*')) {
                    (Some(_), Some(_)) => ("contains", text.trim_matches('*').to_owned()),
                    (Some(rest), None) => ("hassuffix", rest.to_owned()),
                    (None, Some(rest)) => ("hasprefix", rest.to_owned()),
                    (None, None) => ("has", text.clone()),
                };
                let wanted = Typed::constant(Cell::owned(text), ScalarType::String);
                let mut terms = Vec::new();
                for found in &input.columns {
                    let value = input.reference(found);
                    terms.push(
                        self.text_match(value, name, wanted.clone(), false, &predicate.span)?
                            .expr,
                    );
                }
                Ok(balanced(terms, Op::Or))
            }
            ExprKind::Wildcard(pattern) if pattern == "*" => Ok(Plan::Literal(
                datafusion::scalar::ScalarValue::Boolean(Some(true)),
                None,
            )),
            _ => self.condition(predicate, input),
        }
    }
}

/// Whether an expression may use one of the columns; when in doubt, yes.
fn uses(expr: &Expr, columns: &[(String, Typed)]) -> bool {
    let any = |exprs: &[Expr]| exprs.iter().any(|expr| uses(expr, columns));
    match &expr.kind {
        ExprKind::Literal(_) => false,
        ExprKind::Name(name) => columns.iter().any(|(known, _)| known == name),
        ExprKind::Call { args, .. } => args.iter().any(|arg| uses(&arg.value, columns)),
        ExprKind::Member(base, _) | ExprKind::Negative(base) => uses(base, columns),
        ExprKind::Index(a, b) | ExprKind::Binary(a, _, b) | ExprKind::Text(a, _, b) => {
            uses(a, columns) || uses(b, columns)
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => any(parts),
        ExprKind::List(value, _, items) => uses(value, columns) || any(items),
        ExprKind::Between(a, _, b, c) => uses(a, columns) || uses(b, columns) || uses(c, columns),
        _ => true,
    }
}
