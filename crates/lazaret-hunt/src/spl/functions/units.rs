//! `convert`: texts of durations, sizes and numbers with units.

use super::value;

/// Seconds of `[D+]HH:MM:SS`.
pub fn duration(text: &str) -> Option<f64> {
    let (days, clock) = match text.trim().split_once('+') {
        Some((days, clock)) => (whole(days)?, clock),
        None => (0.0, text.trim()),
    };
    let mut parts = clock.split(':');
    let (hours, minutes) = (whole(parts.next()?)?, whole(parts.next()?)?);
    let seconds = unsigned(parts.next()?)?;
    match parts.next() {
        None => Some(((days * 24.0 + hours) * 60.0 + minutes) * 60.0 + seconds),
        Some(_) => None,
    }
}

/// Seconds of `[MM:]SS.SSS`.
pub fn minutes(text: &str) -> Option<f64> {
    match text.trim().split_once(':') {
        Some((minutes, seconds)) => Some(whole(minutes)? * 60.0 + unsigned(seconds)?),
        None => unsigned(text.trim()),
    }
}

/// Kilobytes of a size with `k`, `m` or `g`, or without a unit.
pub fn kilobytes(text: &str) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    let (number, factor) = match text.char_indices().next_back()? {
        (at, 'k') => (text.get(..at)?, 1.0),
        (at, 'm') => (text.get(..at)?, 1024.0),
        (at, 'g') => (text.get(..at)?, 1024.0 * 1024.0),
        _ => (text.as_str(), 1.0),
    };
    Some(unsigned(number.trim())? * factor)
}

/// The number that a text begins with; commas and `$` are left out.
pub fn leading(text: &str) -> Option<f64> {
    let text = text.replace([',', '$'], "");
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'))
        .unwrap_or(text.len());
    text.get(..digits).and_then(value::parse)
}

fn whole(text: &str) -> Option<f64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn unsigned(text: &str) -> Option<f64> {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        .then(|| text.parse().ok())
        .flatten()
}
