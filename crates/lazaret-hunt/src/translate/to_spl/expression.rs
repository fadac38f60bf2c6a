//! Conditions and values.

use super::{Writer, column, quoted, quoted_field, span_text};

use crate::translate::{Said, untold};
use crate::{
    functions::time,
    kql::ast::{Argument, Expr, ExprKind, Literal},
};

impl Writer {
    /// A condition that is never null.
    pub(super) fn truth(&mut self, expr: &Expr) -> Said<String> {
        Ok(match &expr.kind {
            ExprKind::And(parts) => {
                let parts: Vec<String> =
                    parts.iter().map(|p| self.truth(p)).collect::<Said<_>>()?;
                format!("({})", parts.join(" AND "))
            }
            ExprKind::Or(parts) => {
                let parts: Vec<String> =
                    parts.iter().map(|p| self.truth(p)).collect::<Said<_>>()?;
                format!("({})", parts.join(" OR "))
            }
            ExprKind::Binary(left, "=~" | "!~", right) => {
                let (ExprKind::Binary(_, mark, _), Some(text)) = (&expr.kind, self.text(right))
                else {
                    return untold(&right.span, "a comparison with no constant");
                };
                let left = self.value(left)?;
                let equal = format!("lower({left})={}", quoted(&text.to_lowercase()));
                negated(&equal, &left, *mark == "!~")
            }
            ExprKind::Binary(left, mark, right) => {
                let value = self.value(left)?;
                let other = self.value(right)?;
                match *mark {
                    "==" => format!("{value}={other}"),
                    "!=" | "<>" => negated(&format!("{value}={other}"), &value, true),
                    "<" | ">" | "<=" | ">=" => format!("{value}{mark}{other}"),
                    mark => return untold(&expr.span, format!("`{mark}` as a condition")),
                }
            }
            ExprKind::Text(left, operator, right) => {
                let Some(text) = self.text(right) else {
                    return untold(&right.span, "a text operator with no constant");
                };
                let left = self.value(left)?;
                let (not, name) = match operator.strip_prefix('!') {
                    Some(name) => (true, name),
                    None => (false, operator.as_str()),
                };
                match name {
                    "=~" => {
                        let equal = format!("lower({left})={}", quoted(&text.to_lowercase()));
                        return Ok(negated(&equal, &left, not));
                    }
                    "~" => {
                        let equal = format!("lower({left})={}", quoted(&text.to_lowercase()));
                        return Ok(negated(&equal, &left, true));
                    }
                    _ => {}
                }
                let Some(pattern) = pattern(name, &text) else {
                    return untold(&expr.span, format!("`{operator}`"));
                };
                negated(&format!("match({left}, {})", quoted(&pattern)), &left, not)
            }
            ExprKind::List(left, operator, items) => {
                let Some(texts) = self.texts(items) else {
                    return untold(&expr.span, "a list that is not of constants");
                };
                let left = self.value(left)?;
                let (not, name) = match operator.strip_prefix('!') {
                    Some(name) => (true, name),
                    None => (false, operator.as_str()),
                };
                let found = match name {
                    "in" => format!("{left} IN ({})", list(&texts, false)),
                    "in~" => format!("lower({left}) IN ({})", list(&texts, true)),
                    "has_any" | "has_all" => {
                        let parts: Vec<String> = texts
                            .iter()
                            .map(|text| {
                                let pattern = pattern("has", text).unwrap_or_default();
                                format!("match({left}, {})", quoted(&pattern))
                            })
                            .collect();
                        let joint = if name == "has_any" { " OR " } else { " AND " };
                        format!("({})", parts.join(joint))
                    }
                    _ => return untold(&expr.span, format!("`{operator}`")),
                };
                negated(&found, &left, not)
            }
            ExprKind::Between(value, not, low, high) => {
                let value = self.value(value)?;
                let (low, high) = (self.value(low)?, self.value(high)?);
                negated(
                    &format!("({value}>={low} AND {value}<={high})"),
                    &value,
                    *not,
                )
            }
            ExprKind::Call { name, args } => {
                let Some(Argument { value, .. }) = args.first() else {
                    return untold(&expr.span, format!("`{}`", name.text));
                };
                match name.text.as_str() {
                    "not" => format!("NOT ({})", self.truth(value)?),
                    "isempty" => {
                        let value = self.value(value)?;
                        format!("(isnull({value}) OR {value}=\"\")")
                    }
                    "isnotempty" => {
                        let value = self.value(value)?;
                        format!("(isnotnull({value}) AND {value}!=\"\")")
                    }
                    "isnull" | "isnotnull" => format!("{}({})", name.text, self.value(value)?),
                    "ipv4_is_in_range" if args.len() == 2 => {
                        let range = args.get(1).and_then(|arg| self.text(&arg.value));
                        let Some(range) = range else {
                            return untold(&expr.span, "a range with no constant");
                        };
                        format!("cidrmatch({}, {})", quoted(&range), self.value(value)?)
                    }
                    other => return untold(&name.span, format!("the function `{other}`")),
                }
            }
            _ => return untold(&expr.span, "this condition"),
        })
    }

    pub(super) fn value(&mut self, expr: &Expr) -> Said<String> {
        let expr = self.resolved(expr).clone();
        Ok(match &expr.kind {
            ExprKind::Name(name) => quoted_field(column(name)),
            ExprKind::Literal(Literal::Text(text)) => quoted(text),
            ExprKind::Literal(Literal::Long(number)) => number.to_string(),
            ExprKind::Literal(Literal::Real(number)) if number.is_finite() => number.to_string(),
            ExprKind::Literal(Literal::Datetime(time)) => format!(
                "strptime({}, \"%Y-%m-%dT%H:%M:%S.%QZ\")",
                quoted(&time::format_datetime(*time))
            ),
            ExprKind::Literal(Literal::Bool(truth)) => format!("{truth}()"),
            ExprKind::Negative(inner) => format!("-({})", self.value(inner)?),
            ExprKind::Binary(left, mark @ ("+" | "-" | "*" | "/" | "%"), right) => {
                format!("({} {mark} {})", self.value(left)?, self.value(right)?)
            }
            ExprKind::Call { name, args } => self.call(&name.text, args, &expr)?,
            _ => return untold(&expr.span, "this expression"),
        })
    }

    pub(super) fn call(&mut self, name: &str, args: &[Argument], expr: &Expr) -> Said<String> {
        if name == "ago" {
            let step = args
                .first()
                .map(|arg| self.resolved(&arg.value).kind.clone());
            return match step {
                Some(ExprKind::Literal(Literal::Timespan(step))) => match span_text(step) {
                    Some(step) => Ok(format!("relative_time(now(), \"-{step}\")")),
                    None => untold(&expr.span, "this time"),
                },
                _ => untold(&expr.span, "a time that is not constant"),
            };
        }
        if matches!(name, "iff" | "iif")
            && let [condition, yes, no] = args
        {
            let condition = self.truth(&condition.value)?;
            let (yes, no) = (self.value(&yes.value)?, self.value(&no.value)?);
            return Ok(format!("if({condition}, {yes}, {no})"));
        }
        if name == "case" && args.len() % 2 == 1 {
            let mut parts = Vec::new();
            for pair in args.chunks(2) {
                match pair {
                    [condition, value] => {
                        parts.push(self.truth(&condition.value)?);
                        parts.push(self.value(&value.value)?);
                    }
                    [value] => {
                        parts.push("true()".to_owned());
                        parts.push(self.value(&value.value)?);
                    }
                    _ => {}
                }
            }
            return Ok(format!("case({})", parts.join(", ")));
        }
        let given: Vec<String> = args
            .iter()
            .map(|arg| self.value(&arg.value))
            .collect::<Said<_>>()?;
        let spl = match (name, given.len()) {
            ("strcat", _) => {
                let parts: Vec<String> = given
                    .iter()
                    .map(|part| match part.starts_with('"') {
                        true => part.clone(),
                        false => format!("coalesce({part}, \"\")"),
                    })
                    .collect();
                return Ok(format!("({})", parts.join(" . ")));
            }
            ("tostring", 1) => "tostring",
            ("tolower", 1) => "lower",
            ("toupper", 1) => "upper",
            ("strlen", 1) => "len",
            ("toint" | "tolong" | "todouble" | "toreal", 1) => "tonumber",
            ("now", 0) => "now",
            ("abs", 1) => "abs",
            ("round", _) => "round",
            ("split", 2) => "split",
            ("array_length", 1) => "mvcount",
            _ => return untold(&expr.span, format!("the function `{name}`")),
        };
        Ok(format!("{spl}({})", given.join(", ")))
    }

    pub(super) fn text(&self, expr: &Expr) -> Option<String> {
        match &self.resolved(expr).kind {
            ExprKind::Literal(Literal::Text(text)) => Some(text.clone()),
            ExprKind::Literal(Literal::Long(number)) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The constants of a list, one level of lists within it flattened.
    pub(super) fn texts(&self, items: &[Expr]) -> Option<Vec<String>> {
        let mut out = Vec::new();
        for item in items {
            match &self.resolved(item).kind {
                ExprKind::Literal(Literal::Dynamic(serde_json::Value::Array(list))) => {
                    for item in list {
                        out.push(
                            item.as_str()
                                .map_or_else(|| item.to_string(), str::to_owned),
                        );
                    }
                }
                _ => out.push(self.text(item)?),
            }
        }
        Some(out)
    }
}

/// SPL's comparisons with nothing are nothing; KQL's negative ones are true.
fn negated(found: &str, value: &str, not: bool) -> String {
    match not {
        true => format!("NOT (isnotnull({value}) AND {found})"),
        false => found.to_owned(),
    }
}

/// A text operator as a pattern.
fn pattern(operator: &str, text: &str) -> Option<String> {
    let (name, caseless) = match operator.strip_suffix("_cs") {
        Some(name) => (name, ""),
        None => (operator, "(?i)"),
    };
    let escaped = regex::escape(text);
    const BEFORE: &str = r"(^|[^\p{L}\p{N}])";
    const AFTER: &str = r"([^\p{L}\p{N}]|$)";
    Some(match name {
        "has" => format!("{caseless}{BEFORE}{escaped}{AFTER}"),
        "hasprefix" => format!("{caseless}{BEFORE}{escaped}"),
        "hassuffix" => format!("{caseless}{escaped}{AFTER}"),
        "contains" => format!("{caseless}{escaped}"),
        "startswith" => format!("{caseless}^{escaped}"),
        "endswith" => format!("{caseless}{escaped}$"),
        "matches regex" => text.to_owned(),
        _ => return None,
    })
}

fn list(texts: &[String], lower: bool) -> String {
    let items: Vec<String> = texts
        .iter()
        .map(|text| match lower {
            true => quoted(&text.to_lowercase()),
            false => quoted(text),
        })
        .collect();
    items.join(", ")
}
