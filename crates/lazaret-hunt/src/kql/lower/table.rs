//! Tables: by name, by call, written out, computed.

use datafusion::logical_expr::LogicalPlanBuilder;

use super::{
    Binding, Lower, Lowered, Typed,
    relation::{Relation, column},
};
use crate::{
    error::{Class, Diagnostic, did_you_mean},
    functions::cell::Cell,
    kql::ast::{Argument, Expr, ExprKind, Name, OperatorKind, Span},
    value::ScalarType,
};

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
                    OperatorKind::Search { .. } => self.search(None, &operator.kind, span),
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

    pub(super) fn table(&mut self, name: &str, span: &Span) -> Lowered<Relation> {
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
    pub(super) fn table_call_on(
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
            // Sentinel's own functions over its tables.
            "_SentinelHealth" | "_SentinelAudit" => {
                self.table(name.text.trim_start_matches('_'), &name.span)
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
        let added = match function {
            "FileProfile" => FILE.as_slice(),
            "SeenBy" => &[("SeenBy", ScalarType::Dynamic)],
            _ => &[],
        };
        let missing = added.iter().filter(|(name, _)| !relation.has(name));
        let new = missing.map(|(name, scalar)| ((*name).to_owned(), Typed::null(*scalar)));
        relation.extend(new.collect())
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

    pub(super) fn range(
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
}
