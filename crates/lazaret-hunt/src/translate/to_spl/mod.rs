//! KQL as SPL.

mod expression;

use std::collections::BTreeMap;

use super::{Said, Translation, plain, untold};
use crate::{
    engine::Language,
    kql::ast::{
        Argument, Expr, ExprKind, Literal, Named, Operator, OperatorKind, Order, Query, Statement,
    },
    lake::TIME_COLUMNS,
};

#[derive(Default)]
struct Writer {
    /// Constants and lists that `let` names.
    known: BTreeMap<String, Expr>,
    out: String,
    notes: Vec<String>,
}

pub(super) fn query(query: &Query) -> Said<Translation> {
    let mut writer = Writer::default();
    let mut done = false;
    for statement in &query.statements {
        match statement {
            Statement::Let { name, value } => match &value.kind {
                ExprKind::Literal(_) | ExprKind::Call { .. } | ExprKind::Negative(_) => {
                    writer.known.insert(name.text.clone(), value.clone());
                }
                _ => return untold(&name.span, "a `let` of a table or function"),
            },
            Statement::Setting(_) => {}
            Statement::Declare(_) => return untold(&(0..0), "`declare`"),
            Statement::Query(expr) => {
                writer.whole(expr)?;
                done = true;
            }
        }
    }
    if !done {
        return untold(&(0..0), "a text without a query");
    }
    Ok(Translation {
        language: Language::Spl,
        text: writer.out,
        notes: writer.notes,
    })
}

impl Writer {
    fn whole(&mut self, expr: &Expr) -> Said<()> {
        let (source, operators) = match &expr.kind {
            ExprKind::Pipe(source, operators) => (source.as_ref(), operators.as_slice()),
            _ => (expr, &[][..]),
        };
        match &source.kind {
            ExprKind::Name(name) if plain(name) && !self.known.contains_key(name) => {
                self.out = format!("search index={name}");
            }
            _ => return untold(&source.span, "a source other than one table"),
        }
        for operator in operators {
            self.operator(operator)?;
        }
        Ok(())
    }

    fn command(&mut self, text: &str) {
        self.out.push_str("\n| ");
        self.out.push_str(text);
    }

    fn operator(&mut self, operator: &Operator) -> Said<()> {
        let span = &operator.span;
        match &operator.kind {
            OperatorKind::Where(condition) => {
                let condition = self.truth(condition)?;
                self.command(&format!("where {condition}"));
            }
            OperatorKind::Extend(columns) => self.evals(columns)?,
            OperatorKind::Project(columns) => {
                let mut names = Vec::new();
                let mut new = Vec::new();
                for named in columns {
                    match (&named.value.kind, named.names.as_slice()) {
                        (ExprKind::Name(name), []) if !self.known.contains_key(name) => {
                            names.push(field(name));
                        }
                        (_, [name]) => {
                            new.push(named.clone());
                            names.push(field(&name.text));
                        }
                        _ => return untold(&named.value.span, "a projection without a name"),
                    }
                }
                if !new.is_empty() {
                    self.evals(&new)?;
                }
                self.command(&format!("table {}", names.join(" ")));
            }
            OperatorKind::ProjectKeep(names) => {
                let names: Vec<String> = names.iter().map(|name| field(&name.text)).collect();
                self.command(&format!("table {}", names.join(" ")));
            }
            OperatorKind::ProjectAway(names) => {
                let names: Vec<String> = names.iter().map(|name| field(&name.text)).collect();
                self.command(&format!("fields - {}", names.join(" ")));
            }
            OperatorKind::ProjectRename(columns) => {
                let mut parts = Vec::new();
                for named in columns {
                    let (ExprKind::Name(old), [new]) = (&named.value.kind, named.names.as_slice())
                    else {
                        return untold(&named.value.span, "this renaming");
                    };
                    parts.push(format!("{} AS {}", field(old), field(&new.text)));
                }
                self.command(&format!("rename {}", parts.join(", ")));
            }
            OperatorKind::Summarize(values, by) => self.summarize(values, by)?,
            OperatorKind::Distinct(columns) => {
                let mut names = Vec::new();
                for column in columns {
                    match &column.kind {
                        ExprKind::Name(name) => names.push(field(name)),
                        _ => return untold(&column.span, "`distinct` of an expression"),
                    }
                }
                let names = names.join(" ");
                self.command(&format!("fillnull value=\"\" {names}"));
                self.command(&format!("dedup {names}"));
                self.command(&format!("table {names}"));
            }
            OperatorKind::Sort(keys) => {
                let keys = self.keys(keys)?;
                self.command(&format!("sort 0 {keys}"));
            }
            OperatorKind::Top(count, keys) => {
                let count = self.count(count)?;
                let keys = self.keys(keys)?;
                self.command(&format!("sort {count} {keys}"));
            }
            OperatorKind::Take(count) => {
                let count = self.count(count)?;
                self.command(&format!("head {count}"));
            }
            OperatorKind::Count(name) => {
                let name = name.as_ref().map_or("Count", |name| name.text.as_str());
                self.command(&format!("stats count AS {}", field(name)));
            }
            OperatorKind::ProjectReorder(_)
            | OperatorKind::Render(_)
            | OperatorKind::Nothing
            | OperatorKind::Serialize(_) => {
                self.notes
                    .push("an operator that changes no rows is left out".to_owned());
            }
            other => {
                let name = format!("{other:?}");
                let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
                return untold(span, format!("the operator `{}`", name.to_lowercase()));
            }
        }
        Ok(())
    }

    fn evals(&mut self, columns: &[Named]) -> Said<()> {
        for named in columns {
            let [name] = named.names.as_slice() else {
                return untold(&named.value.span, "a new column without one name");
            };
            let value = self.value(&named.value)?;
            self.command(&format!("eval {}={value}", quoted_field(&name.text)));
        }
        Ok(())
    }

    fn keys(&mut self, keys: &[Order]) -> Said<String> {
        let mut out = Vec::new();
        for key in keys {
            let ExprKind::Name(name) = &key.value.kind else {
                return untold(&key.value.span, "sorting by an expression");
            };
            out.push(format!(
                "{}{}",
                if key.ascending { "" } else { "-" },
                field(name)
            ));
        }
        Ok(out.join(", "))
    }

    fn count(&self, count: &Expr) -> Said<i64> {
        match &self.resolved(count).kind {
            ExprKind::Literal(Literal::Long(count)) => Ok(*count),
            _ => untold(&count.span, "a count that is not a number"),
        }
    }

    fn resolved<'a>(&'a self, expr: &'a Expr) -> &'a Expr {
        match &expr.kind {
            ExprKind::Name(name) => self.known.get(name).unwrap_or(expr),
            _ => expr,
        }
    }

    fn summarize(&mut self, values: &[Named], by: &[Named]) -> Said<()> {
        let mut groups = Vec::new();
        let mut texts = Vec::new();
        for named in by {
            let mut name = named.names.first().map(|name| name.text.clone());
            match &named.value.kind {
                ExprKind::Name(own) => {
                    let own = column(own);
                    if let Some(name) = &name {
                        self.command(&format!(
                            "eval {}={}",
                            quoted_field(name),
                            quoted_field(own)
                        ));
                    }
                    let group = field(name.as_deref().unwrap_or(own));
                    if own != "_time" {
                        texts.push(group.clone());
                    }
                    groups.push(group);
                }
                ExprKind::Call { name: call, args } if call.text == "bin" => {
                    let (Some(ExprKind::Name(own)), Some(step)) = (
                        args.first().map(|arg| &arg.value.kind),
                        args.get(1).map(|arg| &self.resolved(&arg.value).kind),
                    ) else {
                        return untold(&named.value.span, "this `bin`");
                    };
                    let step = match step {
                        ExprKind::Literal(Literal::Timespan(step)) => span_text(*step),
                        ExprKind::Literal(Literal::Long(step)) => Some(step.to_string()),
                        _ => None,
                    };
                    let Some(step) = step else {
                        return untold(&named.value.span, "this step of `bin`");
                    };
                    let own = column(own);
                    let alias = name.take().map(|name| field(&name));
                    let to = alias
                        .as_ref()
                        .map_or(String::new(), |name| format!(" AS {name}"));
                    self.command(&format!("bin {} span={step}{to}", field(own)));
                    groups.push(alias.unwrap_or_else(|| field(own)));
                }
                _ => {
                    let Some(name) = name else {
                        return untold(&named.value.span, "a group without a name");
                    };
                    let value = self.value(&named.value)?;
                    self.command(&format!("eval {}={value}", quoted_field(&name)));
                    groups.push(field(&name));
                }
            }
        }
        if !texts.is_empty() {
            // SPL leaves out rows without the field; KQL counts them.
            self.command(&format!("fillnull value=\"\" {}", texts.join(" ")));
        }
        let mut found = Vec::new();
        for named in values {
            let ExprKind::Call { name, args } = &named.value.kind else {
                return untold(&named.value.span, "arithmetic of aggregates");
            };
            let own = match args.first().map(|arg| &arg.value.kind) {
                Some(ExprKind::Name(name)) => Some(name.clone()),
                _ => None,
            };
            let alias = match (named.names.first(), &own) {
                (Some(name), _) => name.text.clone(),
                (None, Some(own)) => format!("{}_{own}", name.text.replace("make_set", "set")),
                (None, None) => format!("{}_", name.text),
            };
            let argument = |writer: &mut Self| match args.as_slice() {
                [Argument { value, .. }] => match &value.kind {
                    ExprKind::Name(name) => Ok(field(column(name))),
                    _ => Ok(format!("eval({})", writer.value(value)?)),
                },
                _ => untold(&named.value.span, format!("`{}` of this", name.text)),
            };
            let call = match name.text.as_str() {
                "count" => "count".to_owned(),
                "countif" => match args.as_slice() {
                    [Argument { value, .. }] => format!("count(eval({}))", self.truth(value)?),
                    _ => return untold(&named.value.span, "this `countif`"),
                },
                "dcount" | "count_distinct" => {
                    self.notes
                        .push("`dc` counts exactly, and no empty values as none".to_owned());
                    let first = args.first().map(std::slice::from_ref).unwrap_or_default();
                    match first {
                        [Argument { value, .. }] => match &value.kind {
                            ExprKind::Name(name) => format!("dc({})", field(column(name))),
                            _ => format!("dc(eval({}))", self.value(value)?),
                        },
                        _ => return untold(&named.value.span, "this `dcount`"),
                    }
                }
                "sum" | "avg" | "min" | "max" | "stdev" => {
                    format!("{}({})", name.text, argument(self)?)
                }
                "make_set" | "makeset" if args.len() == 1 => {
                    self.notes.push("`values` is sorted".to_owned());
                    format!("values({})", argument(self)?)
                }
                "make_list" | "makelist" if args.len() == 1 => {
                    format!("list({})", argument(self)?)
                }
                other => return untold(&name.span, format!("the aggregate `{other}`")),
            };
            found.push(format!("{call} AS {}", field(&alias)));
        }
        let by = match groups.is_empty() {
            true => String::new(),
            false => format!(" by {}", groups.join(" ")),
        };
        if found.is_empty() {
            let groups = groups.join(" ");
            self.command(&format!("dedup {groups}"));
            self.command(&format!("table {groups}"));
        } else {
            self.command(&format!("stats {}{by}", found.join(" ")));
        }
        Ok(())
    }
}

/// What the time column of every table is called in SPL.
fn column(name: &str) -> &str {
    if TIME_COLUMNS.contains(&name) {
        "_time"
    } else {
        name
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A field of a command's arguments.
fn field(name: &str) -> String {
    let name = column(name);
    match plain(name) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// A field of an expression.
fn quoted_field(name: &str) -> String {
    match plain(name) {
        true => name.to_owned(),
        false => format!("'{name}'"),
    }
}

/// Microseconds as SPL writes them: `7d`, `90m`.
fn span_text(step: i64) -> Option<String> {
    const SECOND: i64 = 1_000_000;
    for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")] {
        let unit = unit * SECOND;
        if step > 0 && step % unit == 0 {
            return Some(format!("{}{name}", step / unit));
        }
    }
    None
}
