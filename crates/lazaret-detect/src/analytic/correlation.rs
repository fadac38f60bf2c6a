//! Sigma correlations: several events together.
//! (Sigma correlation rules specification 2.1.)

use std::collections::BTreeMap;

use yaml_serde::Value;

use super::{Particular, elements::seconds};
use crate::DetectError;

/// Events that an interval may ask for, at most.
const INTERVAL_EVENTS: u64 = 256;

/// What has to come together.
#[derive(Clone, Debug, PartialEq)]
pub enum CorrelationKind {
    /// So many events.
    EventCount,
    /// So many different values of a field.
    ValueCount(String),
    /// The sum of a field's values.
    ValueSum(String),
    /// The mean of a field's values.
    ValueAverage(String),
    /// A percentile of a field's values.
    ValuePercentile(String, f64),
    /// Events that come at even intervals: so many at least, and a median gap
    /// of so many µs at least. The condition bounds the spread, which is the
    /// median deviation of the gaps from their median, as a part of it (0.7
    /// where they come by chance). Ours, not Sigma's.
    EventInterval {
        /// Events at least.
        events: usize,
        /// Shortest median gap, in µs.
        gap: i64,
    },
    /// An event of every rule, in any order.
    Temporal,
    /// An event of every rule, in the order of the rules.
    TemporalOrdered,
    /// An event of the first rule, and none of the others after it within
    /// the time. Ours, not Sigma's.
    Absence,
    /// A value of a field that the baseline's group never had; the condition
    /// bounds how many events the baseline must have of the group. Ours, not
    /// Sigma's.
    FirstSeen(String),
}

/// A bound on a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    Above(f64),
    AtLeast(f64),
    Below(f64),
    AtMost(f64),
    Equal(f64),
    Other(f64),
}

impl Bound {
    fn holds(self, number: f64) -> bool {
        match self {
            Self::Above(limit) => number > limit,
            Self::AtLeast(limit) => number >= limit,
            Self::Below(limit) => number < limit,
            Self::AtMost(limit) => number <= limit,
            Self::Equal(limit) => (number - limit).abs() < f64::EPSILON,
            Self::Other(limit) => (number - limit).abs() >= f64::EPSILON,
        }
    }
}

/// A correlation of rules (or of other correlations).
#[derive(Clone, Debug)]
pub struct Correlation {
    /// Number of its analytic.
    pub analytic: usize,
    /// What it says of its own findings.
    pub particular: Particular,
    /// `name` and `id`, by which other correlations call it.
    pub names: Vec<String>,
    /// What has to come together.
    pub kind: CorrelationKind,
    /// The rules, by name.
    pub rules: Vec<String>,
    /// Fields that have to be equal.
    pub group_by: Vec<String>,
    /// Names of those fields in single rules.
    pub aliases: BTreeMap<String, BTreeMap<String, String>>,
    /// How far apart, in µs.
    pub timespan: i64,
    pub(crate) bounds: Vec<Bound>,
    /// Whether its rules make findings by themselves as well.
    pub generate: bool,
    /// Whether it makes a finding by itself.
    pub reports: bool,
}

impl Correlation {
    pub(crate) fn compile(
        document: &Value,
        analytic: usize,
        path: &str,
    ) -> Result<Self, DetectError> {
        let fail = |reason: &str| DetectError::content(path, &format!("correlation: {reason}"));
        let body = document
            .get("correlation")
            .ok_or_else(|| fail("is missing"))?;
        let texts = |value: Option<&Value>| -> Vec<String> {
            match value {
                Some(Value::String(text)) => vec![text.clone()],
                Some(Value::Sequence(list)) => {
                    let texts = list.iter().filter_map(Value::as_str);
                    texts.map(str::to_owned).collect()
                }
                _ => Vec::new(),
            }
        };
        let condition = body.get("condition");
        let field = || {
            let field = condition.and_then(|c| c.get("field"));
            field
                .and_then(Value::as_str)
                .map(str::to_owned)
                .ok_or_else(|| fail("condition: needs a `field`"))
        };
        let kind = match body.get("type").and_then(Value::as_str) {
            Some("event_count") => CorrelationKind::EventCount,
            Some("value_count") => CorrelationKind::ValueCount(field()?),
            Some("value_sum") => CorrelationKind::ValueSum(field()?),
            Some("value_avg") => CorrelationKind::ValueAverage(field()?),
            Some("value_percentile" | "value_median") => {
                let percent = condition.and_then(|c| c.get("percentile"));
                let percent = percent.and_then(Value::as_f64).unwrap_or(50.0);
                CorrelationKind::ValuePercentile(field()?, percent.clamp(0.0, 100.0))
            }
            Some("event_interval") => {
                let number = |key| condition.and_then(|c| c.get(key)).and_then(Value::as_u64);
                let events = number("events").unwrap_or(12).clamp(4, INTERVAL_EVENTS);
                let gap = number("gap").unwrap_or(1).min(86_400) * 1_000_000;
                CorrelationKind::EventInterval {
                    events: usize::try_from(events).unwrap_or(12),
                    gap: i64::try_from(gap).unwrap_or(1_000_000),
                }
            }
            Some("temporal") => CorrelationKind::Temporal,
            Some("temporal_ordered" | "ordered_temporal") => CorrelationKind::TemporalOrdered,
            Some("absence") => CorrelationKind::Absence,
            Some("first_seen") => CorrelationKind::FirstSeen(field()?),
            other => {
                return Err(fail(&format!(
                    "type `{}` is none of event_count, value_count, value_sum, value_avg, \
                     value_percentile, event_interval, temporal, temporal_ordered, absence, \
                     first_seen",
                    other.unwrap_or_default()
                )));
            }
        };
        let rules = texts(body.get("rules"));
        if rules.is_empty() {
            return Err(fail("`rules` names none"));
        }
        let timespan = body
            .get("timespan")
            .or_else(|| body.get("timeframe"))
            .and_then(Value::as_str)
            .and_then(seconds);
        let timespan = match (timespan, &kind) {
            (Some(timespan), _) => timespan,
            // A baseline has no end.
            (None, CorrelationKind::FirstSeen(_)) => 0,
            (None, _) => {
                return Err(fail("`timespan` is a number with s, m, h or d, such as 5m"));
            }
        };
        let bounds = bounds(condition);
        let counts = !matches!(
            kind,
            CorrelationKind::Temporal | CorrelationKind::TemporalOrdered | CorrelationKind::Absence
        );
        if counts && bounds.is_empty() {
            return Err(fail("condition: needs gt, gte, lt, lte, eq or neq"));
        }
        let aliases = match body.get("aliases") {
            Some(value) => yaml_serde::from_value(value.clone())
                .map_err(|error| fail(&format!("aliases: {error}")))?,
            None => BTreeMap::new(),
        };
        let text = |key: &str| document.get(key).and_then(Value::as_str);
        Ok(Self {
            analytic,
            particular: Particular::default(),
            names: ["name", "id", "title"]
                .into_iter()
                .filter_map(text)
                .map(str::to_owned)
                .collect(),
            kind,
            rules,
            group_by: texts(body.get("group-by")),
            aliases,
            timespan: timespan.saturating_mul(1_000_000),
            bounds,
            generate: body
                .get("generate")
                .or_else(|| document.get("generate"))
                .and_then(Value::as_bool)
                .unwrap_or(false),
            reports: true,
        })
    }

    /// Whether a number fulfils the condition.
    pub(crate) fn holds(&self, number: f64) -> bool {
        self.bounds.iter().all(|bound| bound.holds(number))
    }
}

fn bounds(condition: Option<&Value>) -> Vec<Bound> {
    let Some(Value::Mapping(map)) = condition else {
        return Vec::new();
    };
    map.iter()
        .filter_map(|(key, value)| {
            let number = value.as_f64()?;
            Some(match key.as_str()? {
                "gt" => Bound::Above(number),
                "gte" => Bound::AtLeast(number),
                "lt" => Bound::Below(number),
                "lte" => Bound::AtMost(number),
                "eq" => Bound::Equal(number),
                "neq" => Bound::Other(number),
                _ => return None,
            })
        })
        .collect()
}
