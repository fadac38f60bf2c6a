//! Bars and lines of block characters.

use std::fmt::Write as _;

use super::{Axis, Chart};

/// Bars that are drawn, at most.
const BARS: usize = 60;
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn draw(chart: &Chart, width: usize) -> String {
    let width = width.clamp(30, 400);
    let mut out = match &chart.axis {
        Axis::Time(_) if chart.series.len() > 1 || chart.axis.len() > BARS => lines(chart, width),
        _ => bars(chart, width),
    };
    if chart.left_out > 0 {
        let _ = writeln!(out, "… and {} more", chart.left_out);
    }
    out
}

/// A bar for each point of each series.
fn bars(chart: &Chart, width: usize) -> String {
    let several = chart.series.len() > 1;
    let mut rows: Vec<(String, f64)> = Vec::new();
    for point in 0..chart.axis.len() {
        for series in &chart.series {
            let Some(value) = series.values.get(point).copied().flatten() else {
                continue;
            };
            let label = chart.axis.label(point);
            rows.push(match several {
                true => (format!("{label} · {}", series.name), value),
                false => (label, value),
            });
        }
    }
    let hidden = rows.len().saturating_sub(BARS);
    rows.truncate(BARS);
    let most = rows
        .iter()
        .map(|(_, value)| value.abs())
        .filter(|value| value.is_finite())
        .fold(0.0, f64::max);
    let label = rows
        .iter()
        .map(|(label, _)| label.chars().count())
        .max()
        .unwrap_or(0)
        .min(width / 2);
    let figures = rows
        .iter()
        .map(|(_, value)| number(*value).chars().count())
        .max()
        .unwrap_or(0);
    let room = width.saturating_sub(label + figures + 3).max(5);
    let mut out = String::new();
    for (name, value) in rows {
        let share = if most > 0.0 { value.abs() / most } else { 0.0 };
        let eighths = (share * (room * 8) as f64).round() as usize;
        let mut bar = "█".repeat(eighths / 8);
        if let Some(part) = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'].get(eighths % 8)
            && !eighths.is_multiple_of(8)
        {
            bar.push(*part);
        }
        let name = cut(&name, label);
        let _ = writeln!(out, "{name:<label$} │{bar} {}", number(value));
    }
    if hidden > 0 {
        let _ = writeln!(out, "… and {hidden} more");
    }
    out
}

/// A line of small columns for each series.
fn lines(chart: &Chart, width: usize) -> String {
    let (low, high) = chart.bounds();
    let label = chart
        .series
        .iter()
        .map(|series| series.name.chars().count())
        .max()
        .unwrap_or(0)
        .min(width / 3);
    let room = width.saturating_sub(label + 16).max(10);
    let points = chart.axis.len().max(1);
    let columns = points.min(room);
    let mut out = String::new();
    for series in &chart.series {
        let mut line = String::new();
        for column in 0..columns {
            let from = column * points / columns;
            let to = ((column + 1) * points / columns).max(from + 1);
            // The greatest of the points that share a column: a spike shows.
            let value = series
                .values
                .get(from..to.min(series.values.len()))
                .unwrap_or_default()
                .iter()
                .flatten()
                .copied()
                .filter(|value| value.is_finite())
                .reduce(f64::max);
            line.push(match value {
                None => ' ',
                Some(value) if high > low => {
                    let step = ((value - low) / (high - low) * 7.0).round() as usize;
                    EIGHTHS.get(step.min(7)).copied().unwrap_or(' ')
                }
                Some(_) => '▁',
            });
        }
        let most = series
            .values
            .iter()
            .flatten()
            .copied()
            .reduce(f64::max)
            .map_or_else(String::new, number);
        let name = cut(&series.name, label);
        let _ = writeln!(out, "{name:<label$} │{line:<columns$}│ max {most}");
    }
    let (first, last) = (
        chart.axis.label(0),
        chart.axis.label(points.saturating_sub(1)),
    );
    let gap = columns.saturating_sub(first.chars().count() + last.chars().count());
    let _ = writeln!(
        out,
        "{:<label$}  {first}{}{last}",
        "",
        " ".repeat(gap.max(1))
    );
    out
}

fn cut(text: &str, room: usize) -> String {
    // Names come from telemetry: no control characters.
    let clean = text
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c });
    if text.chars().count() <= room {
        return clean.collect();
    }
    let mut short: String = clean.take(room.saturating_sub(1)).collect();
    short.push('…');
    short
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{value:.0}")
    } else {
        format!("{value:.3}")
    }
}
