//! Functions that take series apart.

use serde_json::{Value, json};

use crate::semantics::rows;

/// The value of an expression over `x`, four weeks of hours: days of eight busy
/// hours, a slow rise, and one hour out of line.
fn of_weeks(expression: &str) -> Value {
    rows(&format!(
        "range t from 0 to 671 step 1
         | extend busy = iff(t % 24 between (8 .. 15), 100.0, 10.0)
         | extend n = busy + 0.01 * t + iff(t == 500, 80.0, 0.0)
         | order by t asc | summarize x = make_list(n)
         | project v = {expression}"
    ))[0][0]
        .clone()
}

#[test]
fn a_season_is_found_and_what_does_not_fit_it() {
    assert_eq!(
        of_weeks("series_periods_detect(x, 4.0, 300.0, 2)[0]"),
        json!([24])
    );
    let flags = of_weeks("series_decompose_anomalies(x, 3.0, -1, 'linefit')[0]");
    let flags = flags.as_array().unwrap();
    let raised: Vec<usize> = (0..flags.len())
        .filter(|at| flags[*at] != json!(0))
        .collect();
    assert_eq!(raised, [500]);
    // Without a season half of the busy hours would have been as far out.
    let without = of_weeks("array_sum(series_decompose_anomalies(x, 0.1, 0)[1])");
    assert_ne!(without, json!(0.0));
}

#[test]
fn what_comes_is_what_came_a_season_before_on_the_trend() {
    let ahead =
        of_weeks("series_decompose_forecast(array_concat(x, repeat(0, 24)), 24, 24, 'linefit')");
    let ahead = ahead.as_array().unwrap();
    assert_eq!(ahead.len(), 696);
    for (hour, value) in ahead.iter().enumerate().skip(672) {
        let wanted = if (8..16).contains(&(hour % 24)) {
            100.0
        } else {
            10.0
        } + 0.01 * hour as f64;
        let value = value.as_f64().unwrap();
        assert!(
            (value - wanted).abs() < 4.0,
            "{hour}: {value}, not {wanted}"
        );
    }
}

#[test]
fn parts_add_up() {
    let none = rows(
        "print x = dynamic([1, 2, 3, 4, 5, 6]) | extend (b, s, t, r) = series_decompose(x, 0, 'linefit') | project b, s, r",
    );
    assert_eq!(
        none,
        json!([[
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
        ]])
    );
    let two = rows(
        "print x = dynamic([1, 5, 1, 5, 1, 5]) | extend (b, s, t, r) = series_decompose(x, 2) | project b, t",
    );
    assert_eq!(
        two,
        json!([[
            [1.0, 5.0, 1.0, 5.0, 1.0, 5.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
        ]])
    );
}

#[test]
fn filters() {
    assert_eq!(
        rows(
            "print series_fir(dynamic([1, 1, 1, 10, 1, 1]), dynamic([1, 1, 1, 1, 1]), false, false)"
        ),
        json!([[[1.0, 2.0, 3.0, 13.0, 14.0, 14.0]]])
    );
    assert_eq!(
        rows("print series_fir(dynamic([0, 3, 0, 0]), dynamic([1, 1, 1]), true, true)"),
        json!([[[1.0, 1.0, 1.0, 0.0]]])
    );
    // A running sum.
    assert_eq!(
        rows("print series_iir(dynamic([1, 2, 3]), dynamic([1]), dynamic([1, -1]))"),
        json!([[[1.0, 3.0, 6.0]]])
    );
}

#[test]
fn a_bag_of_two_lines() {
    let fit = rows("print series_fit_2lines_dynamic(dynamic([0, 1, 2, 3, 2, 1, 0]))")[0][0].clone();
    assert_eq!(fit["left"]["slope"], json!(1.0));
    assert_eq!(fit["right"]["slope"], json!(-1.0));
}
