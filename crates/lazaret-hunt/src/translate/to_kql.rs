//! SPL as KQL.

use super::{Said, Translation, plain, untold};
use crate::{
    engine::{Catalog, Language},
    lake::TIME_COLUMNS,
    spl::ast::{
        Command, Comparison, Expr, ExprKind, Kind, Name, Pipeline, Search, Settings, SortKey, Span,
        Stats,
    },
};

struct Writer<'a> {
    catalog: &'a Catalog,
    out: String,
    notes: Vec<String>,
    /// The table's own name for the time.
    time: String,
}

pub(super) fn pipeline(pipeline: &Pipeline, catalog: &Catalog) -> Said<Translation> {
    let mut writer = Writer {
        catalog,
        out: String::new(),
        notes: Vec::new(),
        time: "TimeGenerated".to_owned(),
    };
    let Some((first, rest)) = pipeline.commands.split_first() else {
        return untold(&(0..0), "an empty search");
    };
    let Kind::Search(search) = &first.kind else {
        return untold(
            &first.span,
            format!("a search that begins with `{}`", first.name),
        );
    };
    writer.source(search, &first.span)?;
    for command in rest {
        writer.command(command)?;
    }
    Ok(Translation {
        language: Language::Kql,
        text: writer.out,
        notes: writer.notes,
    })
}

impl Writer<'_> {
    fn operator(&mut self, text: &str) {
        self.out.push_str("\n| ");
        self.out.push_str(text);
    }

    fn source(&mut self, search: &Search, span: &Span) -> Said<()> {
        let parts: Vec<&Search> = match search {
            Search::And(parts) => parts.iter().collect(),
            other => vec![other],
        };
        let mut table = None;
        let mut rest = Vec::new();
        for part in parts {
            match part {
                Search::Compare(name, Comparison::Equal, value, _)
                    if matches!(name.text.as_str(), "index" | "sourcetype" | "source")
                        && table.is_none() =>
                {
                    let known = self.catalog.names();
                    table = known
                        .into_iter()
                        .find(|known| known.eq_ignore_ascii_case(value));
                    if table.is_none() {
                        return untold(
                            span,
                            format!("the source `{value}`, which is no table here,"),
                        );
                    }
                }
                other => rest.push(other),
            }
        }
        let Some(table) = table else {
            return untold(
                span,
                "a search that names no table as `index=` or `sourcetype=`",
            );
        };
        if let Ok(Some(scan)) = self.catalog.scan(&table) {
            let time = TIME_COLUMNS
                .iter()
                .find(|name| scan.columns.iter().any(|column| column.name == **name));
            if let Some(time) = time {
                self.time = (*time).to_owned();
            }
        }
        self.out = name(&table);
        if !rest.is_empty() {
            let conditions: Vec<String> = rest
                .into_iter()
                .map(|part| self.searched(part))
                .collect::<Said<_>>()?;
            self.operator(&format!("where {}", conditions.join(" and ")));
        }
        Ok(())
    }

    fn command(&mut self, command: &Command) -> Said<()> {
        let span = &command.span;
        match &command.kind {
            Kind::Search(search) => {
                let condition = self.searched(search)?;
                self.operator(&format!("where {condition}"));
            }
            Kind::Where(condition) => {
                let condition = self.value(condition)?;
                self.operator(&format!("where {condition}"));
            }
            Kind::Eval(columns) => {
                for (field, value) in columns {
                    let value = self.value(value)?;
                    let field = self.field(field);
                    self.operator(&format!("extend {field} = {value}"));
                }
            }
            Kind::Stats(stats) if command.name == "stats" => self.stats(stats, span)?,
            Kind::Rename(pairs) => {
                let mut parts = Vec::new();
                for (old, new) in pairs {
                    if old.text.contains('*') {
                        return untold(&old.span, "renaming with wildcards");
                    }
                    parts.push(format!("{} = {}", self.field(new), self.field(old)));
                }
                self.operator(&format!("project-rename {}", parts.join(", ")));
            }
            Kind::Fields(away, names) => {
                let mut fields: Vec<String> = names.iter().map(|name| self.pattern(name)).collect();
                // `fields` keeps the time, `table` does not.
                if command.name == "fields" && !away && !fields.contains(&self.time) {
                    fields.push(self.time.clone());
                }
                let wild = names.iter().any(|name| name.text.contains('*'));
                let word = match (away, wild) {
                    (true, _) => "project-away",
                    (false, true) => "project-keep",
                    (false, false) => "project",
                };
                self.operator(&format!("{word} {}", fields.join(", ")));
            }
            Kind::Sort(limit, keys) => {
                let keys = self.keys(keys)?;
                match limit {
                    0 => self.operator(&format!("sort by {keys}")),
                    limit => self.operator(&format!("top {limit} by {keys}")),
                }
            }
            Kind::Head(count, None) => self.operator(&format!("take {count}")),
            Kind::Top(rare, limit, fields, by, settings) if by.is_empty() => {
                self.top(*rare, *limit, fields, settings, span)?;
            }
            Kind::Bin(field, alias, settings) => {
                let Some(step) = settings.get("span").and_then(step) else {
                    return untold(span, "`bin` without a plain `span=`");
                };
                let to = self.field(alias.as_ref().unwrap_or(field));
                let field = self.field(field);
                self.operator(&format!("extend {to} = bin({field}, {step})"));
            }
            _ => return untold(span, format!("the command `{}`", command.name)),
        }
        Ok(())
    }

    fn top(
        &mut self,
        rare: bool,
        limit: usize,
        fields: &[Name],
        settings: &Settings,
        span: &Span,
    ) -> Said<()> {
        if settings.get("useother").is_some() {
            return untold(span, "`top` with `useother`");
        }
        let fields: Vec<String> = fields.iter().map(|name| self.field(name)).collect();
        let filled: Vec<String> = fields
            .iter()
            .map(|field| format!("isnotempty({field})"))
            .collect();
        self.operator(&format!("where {}", filled.join(" and ")));
        self.operator(&format!(
            "summarize ['count'] = count() by {}",
            fields.join(", ")
        ));
        if settings.truth("showperc") != Some(false) {
            self.notes
                .push("the column `percent` is left out".to_owned());
        }
        let order = if rare { "asc" } else { "desc" };
        match limit {
            0 => self.operator(&format!("sort by ['count'] {order}")),
            limit => self.operator(&format!("top {limit} by ['count'] {order}")),
        }
        Ok(())
    }

    fn stats(&mut self, stats: &Stats, span: &Span) -> Said<()> {
        if stats.across.is_some() || stats.by.iter().any(|(_, step)| step.is_some()) {
            return untold(span, "this `stats`");
        }
        let by: Vec<String> = stats.by.iter().map(|(name, _)| self.field(name)).collect();
        let filled: Vec<String> = stats
            .by
            .iter()
            .filter(|(name, _)| name.text != "_time")
            .map(|(name, _)| format!("isnotempty({})", self.field(name)))
            .collect();
        if !filled.is_empty() {
            // SPL leaves out rows without the field; KQL counts them. Texts of
            // the lake that are absent are empty.
            self.operator(&format!("where {}", filled.join(" and ")));
        }
        let mut values = Vec::new();
        for aggregate in &stats.aggregates {
            let alias = match &aggregate.alias {
                Some(alias) => alias.text.clone(),
                None => aggregate.text.clone(),
            };
            let argument = match &aggregate.argument {
                None => None,
                Some(value) => Some((value, self.value(value)?)),
            };
            let call = match (aggregate.function.as_str(), argument) {
                ("count" | "c", None) => "count()".to_owned(),
                ("count" | "c", Some((value, text))) => match &value.kind {
                    ExprKind::Field(..) => format!("countif(isnotempty({text}))"),
                    _ => format!("countif({text})"),
                },
                ("dc" | "distinct_count", Some((_, text))) => {
                    format!("count_distinctif({text}, isnotempty({text}))")
                }
                ("sum" | "avg" | "min" | "max", Some((_, text))) => {
                    format!("{}({text})", aggregate.function)
                }
                ("values", Some((_, text))) => {
                    self.notes
                        .push("one value of `values` is a list of one".to_owned());
                    format!("array_sort_asc(make_set_if({text}, isnotempty({text})))")
                }
                ("list", Some((_, text))) => format!("make_list({text}, 100)"),
                (other, _) => {
                    return untold(&aggregate.span, format!("the aggregate `{other}`"));
                }
            };
            values.push(format!("{} = {call}", name(&alias)));
        }
        let by = match by.is_empty() {
            true => String::new(),
            false => format!(" by {}", by.join(", ")),
        };
        self.operator(&format!("summarize {}{by}", values.join(", ")));
        Ok(())
    }

    fn keys(&self, keys: &[SortKey]) -> Said<String> {
        let mut out = Vec::new();
        for key in keys {
            if key.by != "auto" && !key.by.is_empty() {
                return untold(&key.field.span, format!("sorting by `{}(…)`", key.by));
            }
            let order = if key.descending { "desc" } else { "asc" };
            out.push(format!("{} {order}", self.field(&key.field)));
        }
        Ok(out.join(", "))
    }

    fn named(&self, field: &str) -> String {
        match field {
            "_time" => self.time.clone(),
            field => name(field),
        }
    }

    fn field(&self, field: &Name) -> String {
        self.named(&field.text)
    }

    fn pattern(&self, field: &Name) -> String {
        match field.text.contains('*') {
            true => field.text.clone(),
            false => self.field(field),
        }
    }

    fn searched(&self, search: &Search) -> Said<String> {
        Ok(match search {
            Search::All => "true".to_owned(),
            Search::And(parts) => self.joined(parts, " and ")?,
            Search::Or(parts) => self.joined(parts, " or ")?,
            Search::Not(inner) => format!("not({})", self.searched(inner)?),
            Search::Compare(field, comparison, value, span) => {
                let field = self.field(field);
                match comparison {
                    Comparison::Equal => equal(&field, value),
                    Comparison::Unequal => {
                        format!("(isnotempty({field}) and not({}))", equal(&field, value))
                    }
                    other => {
                        if value.parse::<f64>().is_err() {
                            return untold(span, "a comparison of texts by order");
                        }
                        let mark = match other {
                            Comparison::Less => "<",
                            Comparison::LessEqual => "<=",
                            Comparison::Greater => ">",
                            _ => ">=",
                        };
                        format!("todouble({field}) {mark} {value}")
                    }
                }
            }
            Search::In(field, values, _) => {
                let field = self.field(field);
                let parts: Vec<String> = values.iter().map(|value| equal(&field, value)).collect();
                format!("({})", parts.join(" or "))
            }
            Search::Time(latest, text, span) => {
                let mark = if *latest { "<" } else { ">=" };
                let time = match text.as_str() {
                    "now" | "now()" => "now()".to_owned(),
                    text => match text.strip_prefix('-').and_then(step) {
                        Some(step) => format!("ago({step})"),
                        None => return untold(span, format!("the time `{text}`")),
                    },
                };
                format!("{} {mark} {time}", self.time)
            }
            Search::Term(_, span) => return untold(span, "a word of the event's text"),
            Search::Sub(_, span) => return untold(span, "a subsearch"),
            Search::Source(name, span) => return untold(span, format!("the source `{name}`")),
        })
    }

    fn joined(&self, parts: &[Search], joint: &str) -> Said<String> {
        let parts: Vec<String> = parts
            .iter()
            .map(|part| self.searched(part))
            .collect::<Said<_>>()?;
        Ok(format!("({})", parts.join(joint)))
    }

    fn value(&self, expr: &Expr) -> Said<String> {
        Ok(match &expr.kind {
            ExprKind::Whole(number) => number.to_string(),
            ExprKind::Number(number, _) => number.to_string(),
            ExprKind::Text(text) => quoted(text),
            ExprKind::Field(field, _) => self.named(field),
            ExprKind::Minus(inner) => format!("-({})", self.value(inner)?),
            ExprKind::Not(inner) => format!("not({})", self.value(inner)?),
            ExprKind::Binary(operator, left, right) => {
                let (a, b) = (self.value(left)?, self.value(right)?);
                match *operator {
                    "and" | "or" => format!("({a} {operator} {b})"),
                    "=" | "==" => format!("{a} == {b}"),
                    "!=" => format!("(isnotempty({a}) and {a} != {b})"),
                    "<" | "<=" | ">" | ">=" => format!("{a} {operator} {b}"),
                    "+" | "-" | "*" | "/" | "%" => format!("({a} {operator} {b})"),
                    "." => format!("strcat({a}, {b})"),
                    other => return untold(&expr.span, format!("`{other}`")),
                }
            }
            ExprKind::In(value, items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| self.value(item))
                    .collect::<Said<_>>()?;
                format!("{} in ({})", self.value(value)?, items.join(", "))
            }
            ExprKind::Call(function, args) => self.call(function, args, &expr.span)?,
            ExprKind::Matches(search) => self.searched(search)?,
        })
    }

    fn call(&self, function: &str, args: &[Expr], span: &Span) -> Said<String> {
        let given: Vec<String> = args
            .iter()
            .map(|arg| self.value(arg))
            .collect::<Said<_>>()?;
        let all = given.join(", ");
        Ok(match (function, given.as_slice()) {
            ("isnull", [value]) => format!("isempty({value})"),
            ("isnotnull", [value]) => format!("isnotempty({value})"),
            ("match", [value, pattern]) => format!("{value} matches regex {pattern}"),
            ("like", [value, _]) => {
                let Some(ExprKind::Text(pattern)) = args.get(1).map(|arg| &arg.kind) else {
                    return untold(span, "`like` with no constant");
                };
                let regex = regex::escape(pattern).replace('%', ".*").replace('_', ".");
                format!(
                    "{value} matches regex {}",
                    quoted(&format!("(?s)^{regex}$"))
                )
            }
            ("cidrmatch", [range, value]) => format!("ipv4_is_in_range({value}, {range})"),
            ("lower", _) => format!("tolower({all})"),
            ("upper", _) => format!("toupper({all})"),
            ("len", _) => format!("strlen({all})"),
            ("if", [_, _, _]) => format!("iff({all})"),
            ("case", _) => {
                let last = args.len().checked_sub(2).and_then(|at| args.get(at));
                match last.map(|arg| &arg.kind) {
                    Some(ExprKind::Call(name, _)) if name == "true" => {
                        let mut given = given.clone();
                        given.remove(given.len().saturating_sub(2));
                        format!("case({})", given.join(", "))
                    }
                    _ => return untold(span, "`case` without a last `true()`"),
                }
            }
            ("true", []) => "true".to_owned(),
            ("false", []) => "false".to_owned(),
            ("now", []) => "now()".to_owned(),
            ("tonumber", [_]) => format!("todouble({all})"),
            ("relative_time", [_, _]) => {
                let now = matches!(args.first().map(|arg| &arg.kind), Some(ExprKind::Call(name, _)) if name == "now");
                let Some(ExprKind::Text(text)) = args.get(1).map(|arg| &arg.kind) else {
                    return untold(span, "`relative_time` with no constant");
                };
                match text.strip_prefix('-').and_then(step) {
                    Some(step) if now => format!("ago({step})"),
                    _ => return untold(span, "this `relative_time`"),
                }
            }
            ("coalesce" | "abs" | "round" | "split" | "tostring", _) => {
                format!("{function}({all})")
            }
            ("mvcount", [_]) => format!("array_length({all})"),
            _ => return untold(span, format!("the function `{function}`")),
        })
    }
}

/// `field=value`: any case, `*` for anything.
fn equal(field: &str, value: &str) -> String {
    let inner = value.trim_matches('*');
    if inner.is_empty() && !value.is_empty() {
        return format!("isnotempty({field})");
    }
    let text = format!("tostring({field})");
    if inner.contains('*') {
        let regex = regex::escape(value).replace("\\*", ".*");
        return format!(
            "{text} matches regex {}",
            quoted(&format!("(?is)^{regex}$"))
        );
    }
    let (open, close) = (value.starts_with('*'), value.ends_with('*'));
    let operator = match (open, close) {
        (false, false) => "=~",
        (true, true) => "contains",
        (true, false) => "endswith",
        (false, true) => "startswith",
    };
    format!("{text} {operator} {}", quoted(inner))
}

/// `24h`, `7d`, `5min` as a timespan.
fn step(text: &str) -> Option<String> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at_checked(digits)?;
    let count: u32 = match count {
        "" => 1,
        count => count.parse().ok()?,
    };
    let unit = match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        "w" | "week" | "weeks" => return Some(format!("{}d", count.checked_mul(7)?)),
        _ => return None,
    };
    Some(format!("{count}{unit}"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn name(text: &str) -> String {
    match plain(text) {
        true => text.to_owned(),
        false => format!("[{}]", quoted(text)),
    }
}
