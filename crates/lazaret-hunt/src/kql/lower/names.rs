//! Names that the service gives to what has none, and the names of functions.

use super::relation::unused;
use crate::{
    functions::registry,
    kql::ast::{Expr, ExprKind, Literal, Name, Named},
    value::ScalarType,
};

/// Functions that the lowering knows itself.
const SPECIAL: [&str; 53] = [
    "ago",
    "array_sort_asc",
    "bin",
    "bin_at",
    "bin_auto",
    "case",
    "ceiling",
    "coalesce",
    "column_ifexists",
    "columnifexists",
    "current_principal",
    "cursor_after",
    "estimate_data_size",
    "extent_id",
    "extract",
    "floor",
    "geo_info_from_ip_address",
    "has_any",
    "iff",
    "iif",
    "ingestion_time",
    "isnotnull",
    "isnull",
    "max_of",
    "min_of",
    "new_guid",
    "next",
    "now",
    "pack_all",
    "prev",
    "rand",
    "row_cumsum",
    "row_number",
    "row_rank_dense",
    "row_rank_min",
    "row_window_session",
    "toscalar",
    "url_parse",
    "hash",
    "hash_many",
    "hash_combine",
    "ipv4_range_to_cidr_list",
    "geo_point_to_geohash",
    "geo_point_in_circle",
    "geo_point_to_h3cell",
    "geo_info_from_ip",
    "assert",
    "dynamic_to_json",
    "gzip_decompress_from_base64_string",
    "zlib_decompress_from_base64_string",
    "make_ipv4",
    "not",
    "ensure_not_null",
];

/// Functions whose result keeps the name of their first argument.
const KEEPING: [&str; 26] = [
    "bin",
    "bin_at",
    "floor",
    "ceiling",
    "tostring",
    "toint",
    "tolong",
    "todouble",
    "toreal",
    "todecimal",
    "tobool",
    "todatetime",
    "totimespan",
    "todynamic",
    "parse_json",
    "parsejson",
    "tolower",
    "toupper",
    "startofday",
    "startofweek",
    "startofmonth",
    "startofyear",
    "endofday",
    "toguid",
    "take_any",
    "column_ifexists",
];

/// Whether there is a scalar function of that name.
pub(super) fn is_scalar(name: &str) -> bool {
    SPECIAL.contains(&name)
        || registry::all().contains_key(name)
        || super::aggregate::is_aggregate(name)
}

/// All scalar and aggregate functions, for suggestions.
pub(super) fn all() -> Vec<&'static str> {
    let mut names: Vec<&str> = registry::all().keys().copied().chain(SPECIAL).collect();
    names.extend(super::aggregate::NAMES);
    names
}

/// The name an expression has of itself.
pub(super) fn natural(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Member(base, name) => Some(format!("{}_{}", natural(base)?, name.text)),
        ExprKind::Index(base, index) => match &index.kind {
            ExprKind::Literal(Literal::Text(key)) => Some(format!("{}_{key}", natural(base)?)),
            ExprKind::Literal(Literal::Long(at)) => Some(format!("{}_{at}", natural(base)?)),
            _ => natural(base),
        },
        ExprKind::Call { name, args } if KEEPING.contains(&name.text.as_str()) => {
            let first = &args.first()?.value;
            match (&first.kind, name.text.as_str()) {
                (ExprKind::Literal(Literal::Text(column)), "column_ifexists") => {
                    Some(column.clone())
                }
                _ => natural(first),
            }
        }
        _ => None,
    }
}

/// The name of a column of extend, project or a group key.
pub(super) fn of_column(named: &Named, taken: impl Fn(&str) -> bool) -> String {
    match named.names.first() {
        Some(Name { text, .. }) => text.clone(),
        None => match natural(&named.value) {
            Some(name) => name,
            None => unused("Column", |name| name == "Column" || taken(name)),
        },
    }
}

/// The columns of a function that gives several at once, with their types.
pub(super) fn several(expr: &Expr) -> Option<Vec<(String, ScalarType)>> {
    use ScalarType::{Dynamic, Long, Real};
    let ExprKind::Call { name, args } = &expr.kind else {
        return None;
    };
    let parts: &[(&str, ScalarType)] = match name.text.as_str() {
        "array_sort_asc" | "array_sort_desc" => {
            let flag = |expr: &Expr| matches!(expr.kind, ExprKind::Literal(Literal::Bool(_)));
            let arrays: Vec<_> = args.iter().filter(|arg| !flag(&arg.value)).collect();
            if arrays.len() < 2 {
                return None;
            }
            let mut out: Vec<(String, ScalarType)> = Vec::new();
            for array in arrays {
                let name = match natural(&array.value) {
                    Some(name) => format!("{name}_sorted"),
                    None => "Column1".to_owned(),
                };
                let name = unused(&name, |name| out.iter().any(|(known, _)| known == name));
                out.push((name, Dynamic));
            }
            return Some(out);
        }
        "series_stats" => &[
            ("min", Real),
            ("min_idx", Long),
            ("max", Real),
            ("max_idx", Long),
            ("avg", Real),
            ("stdev", Real),
            ("variance", Real),
        ],
        "series_fit_line" => &[
            ("rsquare", Real),
            ("slope", Real),
            ("variance", Real),
            ("rvariance", Real),
            ("interception", Real),
            ("line_fit", Dynamic),
        ],
        "series_decompose" => &[
            ("baseline", Dynamic),
            ("seasonal", Dynamic),
            ("trend", Dynamic),
            ("residual", Dynamic),
        ],
        "series_decompose_anomalies" => &[
            ("ad_flag", Dynamic),
            ("ad_score", Dynamic),
            ("baseline", Dynamic),
        ],
        "series_periods_detect" => &[("periods", Dynamic), ("periods_scores", Dynamic)],
        _ => return None,
    };
    let of = natural(&args.first()?.value)?;
    let column =
        |(part, scalar): &(&str, ScalarType)| (format!("{}_{of}_{part}", name.text), *scalar);
    Some(parts.iter().map(column).collect())
}

/// The name of an aggregate's column.
pub(super) fn of_aggregate(expr: &Expr) -> Option<String> {
    let ExprKind::Call { name, args } = &expr.kind else {
        return None;
    };
    let first = args
        .first()
        .and_then(|arg| natural(&arg.value))
        .unwrap_or_default();
    Some(match name.text.as_str() {
        "make_list" | "makelist" | "make_list_if" | "make_list_with_nulls" => {
            format!("list_{first}")
        }
        "make_set" | "makeset" | "make_set_if" => format!("set_{first}"),
        "make_bag" | "make_bag_if" => format!("bag_{first}"),
        "arg_max" | "arg_min" | "argmax" | "argmin" | "take_any" => first,
        "percentile" => match args.get(1).map(|arg| &arg.value.kind) {
            Some(ExprKind::Literal(Literal::Long(share))) => format!("percentile_{first}_{share}"),
            _ => format!("percentile_{first}"),
        },
        "count" => "count_".to_owned(),
        name if super::aggregate::is_aggregate(name) => format!("{name}_{first}"),
        _ => return None,
    })
}

/// Whether `name` fits `pattern`, in which `*` is any text.
pub(super) fn fits(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or("")) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit() {
        assert!(fits("DeviceEvents", "Device*"));
        assert!(fits("DeviceEvents", "*Ev*s"));
        assert!(fits("A", "*"));
        assert!(!fits("EmailEvents", "Device*"));
        assert!(!fits("A", "B"));
    }
}
