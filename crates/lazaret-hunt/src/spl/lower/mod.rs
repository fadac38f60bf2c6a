//! The syntax tree into a plan.

mod aggregate;
mod change;
mod charted;
mod column;
mod dataset;
mod event;
mod expand;
mod extract;
mod figures;
mod join;
mod lookup;
mod multi;
mod pivot;
mod scalar;
mod search;
mod shape;
mod stats;
mod sub;
mod template;
mod totals;
mod window;

use super::ast::{Command, Kind, Pipeline, Settings, Span};
use crate::{
    engine::{Context, Planned, PlannedColumn},
    error::{Class, Diagnostic},
    kql::lower::{
        Lowered, Typed,
        relation::{Relation, column as reference},
    },
    value::ScalarType,
};

/// How deep subsearches may be planned within each other.
const DEPTH: usize = 40;
/// The most commands a plan may go through, those of templates included.
const STEPS: usize = 3_000;

/// Columns that carry the order of rows have names that begin so.
const HIDDEN: &str = "__";

/// The state of lowering one search.
struct Lower<'a> {
    context: &'a Context,
    warnings: Vec<Diagnostic>,
    fresh: usize,
    depth: usize,
    steps: usize,
    /// Time bounds of the search so far, in seconds.
    bounds: (Option<f64>, Option<f64>),
}

/// Plans a parsed search.
pub(super) fn lower(pipeline: &Pipeline, context: &Context) -> Lowered<Planned> {
    let mut lower = Lower {
        context,
        warnings: Vec::new(),
        fresh: 0,
        depth: 0,
        steps: 0,
        bounds: (None, None),
    };
    let relation = lower.pipeline(pipeline)?;
    let order = relation.order.clone();
    let mut relation = match order.is_empty() {
        true => relation,
        false => relation.sort(order)?,
    };
    if relation.columns.iter().any(|column| hidden(&column.name)) {
        relation = relation.keep(|name| !hidden(name))?;
    }
    Ok(Planned {
        plan: relation.plan,
        columns: relation.columns,
        warnings: lower.warnings,
        chart: None,
        unread: Vec::new(),
    })
}

fn hidden(name: &str) -> bool {
    name.starts_with(HIDDEN)
}

/// The columns a user sees.
fn visible(relation: &Relation) -> impl Iterator<Item = &PlannedColumn> {
    relation
        .columns
        .iter()
        .filter(|column| !hidden(&column.name))
}

impl Lower<'_> {
    fn fail<T>(&self, class: Class, span: &Span, message: impl Into<String>) -> Lowered<T> {
        Err(Diagnostic::new(class, span.clone(), message).into())
    }

    fn warn(&mut self, class: Class, span: &Span, message: impl Into<String>) {
        let warning = Diagnostic::new(class, span.clone(), message);
        if self.warnings.len() < 200
            && !self
                .warnings
                .iter()
                .any(|known| known.message == warning.message)
        {
            self.warnings.push(warning);
        }
    }

    fn fresh(&mut self, what: &str) -> String {
        self.fresh += 1;
        format!("{HIDDEN}{what}{}", self.fresh)
    }

    /// `now`, in seconds.
    fn now(&self) -> f64 {
        self.context.now as f64 / 1e6
    }

    /// A pipeline that begins with a command that makes rows.
    fn pipeline(&mut self, pipeline: &Pipeline) -> Lowered<Relation> {
        self.depth += 1;
        if self.depth > DEPTH {
            return self.fail(
                Class::Limit,
                &(0..0),
                format!("subsearches are nested deeper than {DEPTH}"),
            );
        }
        let mut commands = pipeline.commands.iter();
        let Some(first) = commands.next() else {
            return self.fail(Class::Syntax, &(0..0), "the search is empty");
        };
        let mut relation = self.begin(first)?;
        for command in commands {
            relation = self.apply(relation, command)?;
        }
        self.depth -= 1;
        Ok(relation)
    }

    /// The rows of a command that makes some.
    fn begin(&mut self, command: &Command) -> Lowered<Relation> {
        match (&command.kind, command.name.as_str()) {
            (Kind::Search(search), _) => self.events(search, &command.span),
            (Kind::Tstats(tstats), _) => self.tstats(tstats, &command.span),
            (Kind::From(model, dataset, prefixed), _) => {
                let dataset = dataset.as_ref().map(|name| name.text.as_str());
                self.dataset(model, dataset, *prefixed)
            }
            (Kind::InputLookup(table, settings, condition), _) => {
                let found = self.input_lookup(table, settings)?;
                match condition {
                    Some(condition) => self.search(found, condition),
                    None => Ok(found),
                }
            }
            (Kind::Union(parts), _) => {
                let mut out: Option<Relation> = None;
                for part in parts {
                    let next = self.pipeline(part)?;
                    out = Some(match out {
                        None => next,
                        Some(before) => self.appended(&before, &next)?,
                    });
                }
                match out {
                    Some(out) => Ok(out),
                    None => self.fail(Class::Arguments, &command.span, "no subsearch is given"),
                }
            }
            (Kind::Plain(settings, _), "makeresults") => self.make_results(settings),
            (
                Kind::Plain(_, _),
                "metadata" | "eventcount" | "rest" | "loadjob" | "savedsearch" | "inputcsv",
            ) => {
                self.warn(
                    Class::Approximate,
                    &command.span,
                    format!(
                        "`{}` asks a Splunk server; there is none, so it gives no rows",
                        command.name
                    ),
                );
                self.no_events()
            }
            (Kind::Unsupported, name) => self.unsupported(name, &command.span),
            (_, name) => self.fail(
                Class::Syntax,
                &command.span,
                format!("a search cannot begin with `{name}`, which takes rows but makes none"),
            ),
        }
    }

    fn unsupported<T>(&self, name: &str, span: &Span) -> Lowered<T> {
        const KNOWN: &[&str] = &[
            "search",
            "where",
            "eval",
            "stats",
            "tstats",
            "rename",
            "fields",
            "table",
            "dedup",
            "sort",
            "head",
            "tail",
            "top",
            "rare",
            "rex",
            "regex",
            "join",
            "append",
            "lookup",
            "inputlookup",
            "mvexpand",
            "makemv",
            "spath",
            "bin",
            "fillnull",
            "foreach",
            "convert",
            "transaction",
            "streamstats",
            "eventstats",
            "timechart",
            "chart",
            "bucket",
        ];
        let mut error = Diagnostic::new(
            Class::Unsupported,
            span.clone(),
            format!("unsupported command `{name}`"),
        );
        if let Some(meant) = crate::error::did_you_mean(name, KNOWN.iter().copied()) {
            error.help = Some(format!("did you mean `{meant}`?"));
        }
        Err(error.into())
    }

    /// A command over rows.
    fn apply(&mut self, relation: Relation, command: &Command) -> Lowered<Relation> {
        self.steps += 1;
        if self.steps > STEPS {
            return self.fail(
                Class::Limit,
                &command.span,
                format!("the search goes through more than {STEPS} commands"),
            );
        }
        let span = &command.span;
        match &command.kind {
            Kind::Search(search) => self.search(relation, search),
            Kind::Where(condition) => {
                let condition = self.truth(condition, &relation)?;
                relation.filter(condition)
            }
            Kind::Eval(assigned) => {
                let mut relation = relation;
                for (name, value) in assigned {
                    let value = self.value(value, &relation)?;
                    relation = self.assign(&relation, vec![(name.text.clone(), value)])?;
                }
                Ok(relation)
            }
            Kind::Stats(stats) => match command.name.as_str() {
                "stats" | "sistats" => self.stats(&relation, stats, span),
                "eventstats" => self.event_stats(relation, stats, span),
                "streamstats" => self.stream_stats(relation, stats, span),
                name => self.chart(relation, stats, name == "timechart", span),
            },
            Kind::Rename(pairs) => self.rename(&relation, pairs),
            Kind::Fields(away, names) => match command.name.as_str() {
                "table" => self.table(&relation, names),
                _ => self.fields(&relation, *away, names),
            },
            Kind::Dedup(keep, fields, settings, sorted) => {
                self.dedup(relation, *keep, fields, settings, sorted)
            }
            Kind::Sort(limit, keys) => self.sort(&relation, *limit, keys),
            Kind::Head(count, condition) => self.head(relation, *count, condition.as_ref()),
            Kind::Tail(count) => self.tail(relation, *count),
            Kind::Top(rare, limit, fields, by, settings) => {
                self.top(relation, *rare, *limit, fields, by, settings)
            }
            Kind::Rex(field, pattern, settings) => {
                self.rex(&relation, field, pattern, settings, span)
            }
            Kind::Regex(field, not, pattern) => self.regex(&relation, field, *not, pattern, span),
            Kind::Join(settings, fields, inner) => {
                let right = self.pipeline(inner)?;
                self.join(&relation, settings, fields, &right, span)
            }
            Kind::Append(settings, inner) => match command.name.as_str() {
                "append" => {
                    let more = self.pipeline(inner)?;
                    self.appended(&relation, &more)
                }
                "appendpipe" => {
                    let mut more = relation.clone();
                    for command in &inner.commands {
                        more = self.apply(more, command)?;
                    }
                    self.appended(&relation, &more)
                }
                _ => {
                    let more = self.pipeline(inner)?;
                    let over = settings.truth("override").unwrap_or(false);
                    self.append_columns(relation, more, over)
                }
            },
            Kind::Union(parts) => {
                let mut out = relation;
                for part in parts {
                    let next = self.pipeline(part)?;
                    out = self.appended(&out, &next)?;
                }
                Ok(out)
            }
            Kind::Lookup(table, matched, given, new) => {
                self.lookup(&relation, table, matched, given, *new)
            }
            Kind::InputLookup(table, settings, condition) => {
                let mut found = self.input_lookup(table, settings)?;
                if let Some(condition) = condition {
                    found = self.search(found, condition)?;
                }
                self.appended(&relation, &found)
            }
            Kind::One(settings, field) => match command.name.as_str() {
                "mvexpand" => self.mvexpand(&relation, field, settings.count("limit")),
                "makemv" => self.makemv(&relation, field, settings, span),
                "nomv" => self.nomv(&relation, field),
                _ => self.mvcombine(&relation, field, settings),
            },
            Kind::Spath(settings, path) => self.spath(&relation, settings, path.as_ref(), span),
            Kind::Bin(field, alias, settings) => {
                self.bin(&relation, field, alias.as_ref(), settings, span)
            }
            Kind::Foreach(fields, template) => self.foreach(relation, fields, template, span),
            Kind::Map(template, settings) => self.map(&relation, template, settings, span),
            Kind::Convert(settings, list) => self.convert(&relation, settings, list),
            Kind::Replace(changes, fields) => self.replace(&relation, changes, fields),
            Kind::Return(count, list) => self.returned(relation, *count, list),
            Kind::Running(field, alias, settings) => self.running(
                relation,
                &command.name,
                field,
                alias.as_ref(),
                settings,
                span,
            ),
            Kind::Plain(settings, names) => {
                self.plain(relation, &command.name, settings, names, span)
            }
            Kind::Tstats(tstats) => {
                // `append=t` adds to what is there.
                let more = self.tstats(tstats, span)?;
                self.appended(&relation, &more)
            }
            Kind::From(..) => self.fail(
                Class::Syntax,
                span,
                format!("`{}` makes rows and must come first", command.name),
            ),
            Kind::Unsupported => self.unsupported(&command.name, span),
        }
    }
}
