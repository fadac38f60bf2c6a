//! Commands that pick, name, order and change fields.

use datafusion::logical_expr::{Expr as Plan, lit};

use super::{
    Lower, Lowered, Relation, ScalarType, Settings, Span, Typed,
    column::{constant, number, own, resolved, text},
    hidden,
    stats::filled,
    visible,
};
use crate::{
    error::Class,
    functions::{cell::Cell, row},
    spl::{
        ast::{Expr, Name, SortKey},
        functions::{clock, value, wildcard},
    },
};

/// What Splunk keeps of every event.
const KEPT: [&str; 2] = ["_time", "_raw"];

impl Lower<'_> {
    pub(super) fn rename(
        &mut self,
        relation: &Relation,
        pairs: &[(Name, Name)],
    ) -> Lowered<Relation> {
        let mut named: Vec<(String, Typed)> = relation
            .columns
            .iter()
            .map(|column| (column.name.clone(), relation.reference(column)))
            .collect();
        for (from, to) in pairs {
            let mut changes: Vec<(String, String)> = Vec::new();
            if from.text.contains('*') {
                let Some(regex) = wildcard::names(&from.text) else {
                    continue;
                };
                for (name, _) in named.iter().filter(|(name, _)| !hidden(name)) {
                    let Some(found) = regex.captures(name) else {
                        continue;
                    };
                    let mut out = to.text.clone();
                    for part in found.iter().skip(1).flatten() {
                        out = out.replacen('*', part.as_str(), 1);
                    }
                    changes.push((name.clone(), out));
                }
            } else {
                changes.push((from.text.clone(), to.text.clone()));
            }
            for (old, new) in changes {
                if old == new {
                    continue;
                }
                if !named.iter().any(|(name, _)| *name == old) {
                    let value = self.stored(relation, &old, &from.span);
                    named.retain(|(name, _)| *name != new);
                    named.push((new, value));
                    continue;
                }
                named.retain(|(name, _)| *name != new);
                if let Some(found) = named.iter_mut().find(|(name, _)| *name == old) {
                    found.0 = new;
                }
            }
        }
        let order = relation.order.clone();
        let mut out = relation.project(named)?;
        out.order = order;
        Ok(out)
    }

    pub(super) fn fields(
        &mut self,
        relation: &Relation,
        away: bool,
        names: &[Name],
    ) -> Lowered<Relation> {
        let mut wanted: Vec<String> = Vec::new();
        for name in names {
            wanted.extend(self.matching(relation, &name.text));
        }
        let order = relation.order.clone();
        let mut out = relation.keep(|name| {
            hidden(name)
                || wanted.iter().any(|wanted| wanted == name) != away
                || (!away && KEPT.contains(&name))
        })?;
        out.order = order;
        Ok(out)
    }

    pub(super) fn table(&mut self, relation: &Relation, names: &[Name]) -> Lowered<Relation> {
        let mut out: Vec<(String, Typed)> = Vec::new();
        for name in names {
            for found in self.matching(relation, &name.text) {
                if !out.iter().any(|(known, _)| *known == found) {
                    let value = self.stored(relation, &found, &name.span);
                    out.push((found, value));
                }
            }
        }
        for column in relation
            .columns
            .iter()
            .filter(|column| hidden(&column.name))
        {
            out.push((column.name.clone(), relation.reference(column)));
        }
        let order = relation.order.clone();
        let mut out = relation.project(out)?;
        out.order = order;
        out.open = false;
        Ok(out)
    }

    pub(super) fn dedup(
        &mut self,
        relation: Relation,
        keep: usize,
        fields: &[Name],
        settings: &Settings,
        sorted: &[SortKey],
    ) -> Lowered<Relation> {
        if settings.truth("consecutive") == Some(true) {
            let span = fields.first().map_or(0..0, |name| name.span.clone());
            return self.fail(
                Class::Unsupported,
                &span,
                "`dedup consecutive=true` is not supported",
            );
        }
        let relation = match sorted.is_empty() {
            true => relation,
            false => self.sort(&relation, 0, sorted)?,
        };
        let mut by = Vec::new();
        let mut relation = relation;
        for name in fields {
            for found in self.matching(&relation, &name.text) {
                if !relation.has(&found) {
                    let value = self.stored(&relation, &found, &name.span);
                    relation = self.assign(&relation, vec![(found.clone(), value)])?;
                }
                by.push(found);
            }
        }
        let out = self.first_of(&relation, &by, keep)?;
        if settings.truth("keepempty") == Some(true) {
            return Ok(out);
        }
        let present = by.iter().map(|name| super::reference(name).is_not_null());
        match present.reduce(Plan::and) {
            Some(condition) => out.filter(condition),
            None => Ok(out),
        }
    }

    pub(super) fn sort(
        &mut self,
        relation: &Relation,
        limit: usize,
        keys: &[SortKey],
    ) -> Lowered<Relation> {
        let mut out = relation.clone();
        let mut order = Vec::new();
        for key in keys {
            let mut name = key.field.text.clone();
            if !out.has(&name) {
                let value = self.stored(&out, &name, &key.field.span);
                let named = self.fresh("k");
                out = self.assign(&out, vec![(named.clone(), value)])?;
                name = named;
            }
            match key.by.as_str() {
                "num" => {
                    let value = number(self.field(&out, &name, &key.field.span));
                    let named = self.fresh("k");
                    out = self.assign(&out, vec![(named.clone(), value)])?;
                    name = named;
                }
                "str" => {
                    // A letter before it keeps a text from reading as a number.
                    let value = text(self.field(&out, &name, &key.field.span));
                    let shown = row::simple(
                        "spl_as_text",
                        vec![(value.expr, ScalarType::String)],
                        ScalarType::String,
                        |args| match args.first() {
                            Some(Cell::Text(text)) => Cell::owned(format!("t{text}")),
                            _ => Cell::Null,
                        },
                    );
                    let named = self.fresh("k");
                    let value = Typed::new(shown, ScalarType::String);
                    out = self.assign(&out, vec![(named.clone(), value)])?;
                    name = named;
                }
                _ => {}
            }
            order.push((name, key.descending));
        }
        let out = self.ordered_by(&out, &order)?;
        match limit {
            0 => Ok(out),
            limit => out.sort(out.order.clone())?.take(limit),
        }
    }

    pub(super) fn head(
        &mut self,
        relation: Relation,
        count: usize,
        condition: Option<&(Expr, Settings)>,
    ) -> Lowered<Relation> {
        let relation = match condition {
            Some((condition, settings)) => self.while_true(relation, condition, settings)?,
            None => self.in_order(relation)?,
        };
        match relation.order.is_empty() {
            true => relation.take(count),
            false => relation.sort(relation.order.clone())?.take(count),
        }
    }

    pub(super) fn tail(&mut self, relation: Relation, count: usize) -> Lowered<Relation> {
        let mut relation = self.reversed(relation)?;
        if !relation.order.is_empty() {
            relation = relation.sort(relation.order.clone())?;
        }
        relation.take(count)
    }

    fn reversed(&mut self, relation: Relation) -> Lowered<Relation> {
        let mut relation = self.in_order(relation)?;
        for key in &mut relation.order {
            key.asc = !key.asc;
            key.nulls_first = !key.nulls_first;
        }
        Ok(relation)
    }

    pub(super) fn bin(
        &mut self,
        relation: &Relation,
        field: &Name,
        alias: Option<&Name>,
        settings: &Settings,
        span: &Span,
    ) -> Lowered<Relation> {
        let Some(width) = settings.get("span") else {
            return self.fail(
                Class::Unsupported,
                span,
                "`bin` without `span=` is not supported",
            );
        };
        let name = alias.unwrap_or(field).text.clone();
        self.binned(relation, &field.text, &name, (width, true), span)
    }

    /// A field cut into spans of equal width.
    pub(super) fn binned(
        &mut self,
        relation: &Relation,
        field: &str,
        name: &str,
        (width, as_ranges): (&str, bool),
        span: &Span,
    ) -> Lowered<Relation> {
        let value = self.stored(relation, field, span);
        let Some(size) = clock::span(width).filter(|size| *size > 0.0) else {
            return self.fail(
                Class::Arguments,
                span,
                format!("`{width}` is not a span such as `5m` or `100`"),
            );
        };
        let scalar = match value.scalar {
            ScalarType::Datetime => ScalarType::Datetime,
            _ => ScalarType::Real,
        };
        // Numbers are told by their range, but for those that are times.
        let ranges = scalar == ScalarType::Real
            && as_ranges
            && width
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
        let scalar = if ranges { ScalarType::String } else { scalar };
        let call = row::simple(
            format!("spl_bin {size} {ranges}"),
            vec![(value.expr, value.scalar)],
            scalar,
            move |args| match args.first() {
                Some(Cell::Datetime(time)) => {
                    let size = (size * 1e6) as i64;
                    Cell::Datetime(time.div_euclid(size.max(1)) * size.max(1))
                }
                Some(cell) => match value::number(cell) {
                    Some(number) => {
                        let start = (number / size).floor() * size;
                        match ranges {
                            true => Cell::owned(format!("{start}-{}", start + size)),
                            false => Cell::Real(start),
                        }
                    }
                    None => Cell::Null,
                },
                None => Cell::Null,
            },
        );
        self.assign(relation, vec![(name.to_owned(), Typed::new(call, scalar))])
    }

    /// Commands of which only options and fields are given.
    pub(super) fn plain(
        &mut self,
        relation: Relation,
        command: &str,
        settings: &Settings,
        names: &[Name],
        span: &Span,
    ) -> Lowered<Relation> {
        match command {
            "fillnull" => self.fillnull(&relation, settings, names, span),
            "filldown" => self.filldown(relation, names),
            "reverse" => self.reversed(relation),
            "uniq" => {
                let by: Vec<String> = visible(&relation).map(|c| c.name.clone()).collect();
                self.first_of(&relation, &by, 1)
            }
            "addinfo" => {
                let (from, to) = self.bounds;
                let real = |at: Option<f64>, other: f64| {
                    Typed::new(lit(at.unwrap_or(other)), ScalarType::Real)
                };
                let now = self.now();
                let new = vec![
                    ("info_min_time".to_owned(), real(from, 0.0)),
                    ("info_max_time".to_owned(), real(to, now)),
                    ("info_search_time".to_owned(), real(None, now)),
                    ("info_sid".to_owned(), constant("lazaret")),
                ];
                self.assign(&relation, new)
            }
            "addtotals" => {
                let on = |name: &str, default| settings.truth(name).unwrap_or(default);
                let sides = (on("row", true), on("col", false));
                self.totals(relation, settings, names, sides, span)
            }
            "addcoltotals" => self.totals(relation, settings, names, (false, true), span),
            "xyseries" => self.xyseries(relation, settings, names, span),
            "untable" => self.untable(relation, names, span),
            "transpose" => self.transpose(relation, settings, names, span),
            "format" => self.formatted(&relation),
            "transaction" => self.transaction(relation, settings, names, span),
            "iplocation" => {
                self.warn(
                    Class::Approximate,
                    span,
                    "`iplocation` needs a database of places, which is not here: its fields are absent",
                );
                let prefix = settings.get("prefix").unwrap_or("").to_owned();
                let new = ["City", "Country", "Region", "lat", "lon"]
                    .map(|name| (format!("{prefix}{name}"), Typed::null(ScalarType::String)));
                self.assign(&relation, new.into())
            }
            "outputlookup" | "collect" | "sendalert" | "outputcsv" => {
                self.warn(
                    Class::Approximate,
                    span,
                    format!("`{command}` writes nothing here; the rows go on"),
                );
                Ok(relation)
            }
            "tags" | "typer" | "localop" | "noop" | "abstract" | "highlight" | "fieldformat" => {
                Ok(relation)
            }
            "makecontinuous" => {
                self.warn(
                    Class::Approximate,
                    span,
                    "`makecontinuous` adds no rows here for times without any",
                );
                Ok(relation)
            }
            "strcat" => self.strcat(&relation, names),
            "extract" | "kv" => self.extract(&relation, settings, names, span),
            "xmlkv" | "fromjson" if relation.open => {
                self.warn(
                    Class::Approximate,
                    span,
                    format!("`{command}` extracts no fields here; they count as absent"),
                );
                Ok(relation)
            }
            other => self.unsupported(other, span),
        }
    }

    fn strcat(&mut self, relation: &Relation, names: &[Name]) -> Lowered<Relation> {
        let Some((target, sources)) = names.split_last() else {
            return Ok(relation.clone());
        };
        let mut args = Vec::new();
        for name in sources {
            let value = match resolved(relation, &name.text) {
                Some(found) => text(found).expr,
                None => constant(&name.text).expr,
            };
            args.push((value, ScalarType::String));
        }
        let call = row::simple("spl_strcat", args, ScalarType::String, |args| {
            Cell::owned(args.iter().map(Cell::text).collect::<String>())
        });
        let value = Typed::new(call, ScalarType::String);
        self.assign(relation, vec![(target.text.clone(), value)])
    }

    fn fillnull(
        &mut self,
        relation: &Relation,
        settings: &Settings,
        names: &[Name],
        span: &Span,
    ) -> Lowered<Relation> {
        let fill = settings.get("value").unwrap_or("0").to_owned();
        let mut wanted = Vec::new();
        for name in names {
            wanted.extend(self.matching(relation, &name.text));
        }
        if names.is_empty() {
            wanted.extend(visible(relation).map(|column| column.name.clone()));
        }
        let mut new = Vec::new();
        for name in wanted {
            // A field that nobody has is made.
            let value = match resolved(relation, &name) {
                Some(found) if found.scalar == ScalarType::Datetime => continue,
                Some(found) => own(&name, found.scalar),
                None => Typed::null(ScalarType::String),
            };
            let _ = span;
            new.push((name, filled(value, &fill)?));
        }
        self.assign(relation, new)
    }
}
