//! Times: seconds since 1970, `strftime` formats and relative modifiers.

use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};

/// A time as text, in UTC.
pub fn format(seconds: f64, format: &str) -> Option<String> {
    if !seconds.is_finite() || seconds.abs() > 2.5e11 {
        return None;
    }
    let micros = (seconds * 1e6).round() as i64;
    let zoned = Timestamp::from_microsecond(micros)
        .ok()?
        .to_zoned(TimeZone::UTC);
    // What Splunk has and strftime has not.
    let format = format
        .replace("%3N", "%3f")
        .replace("%6N", "%6f")
        .replace("%9N", "%9f")
        .replace("%3Q", "%3f")
        .replace("%6Q", "%6f")
        .replace("%N", "%9f")
        .replace("%+", "%a %b %e %H:%M:%S UTC %Y")
        .replace("%v", "%V");
    jiff::fmt::strtime::format(&format, &zoned).ok()
}

/// The time a text holds.
pub fn parse(text: &str, format: &str) -> Option<f64> {
    let format = format
        .replace("%3N", "%f")
        .replace("%6N", "%f")
        .replace("%N", "%f")
        .replace("%3Q", "%f");
    let broken = jiff::fmt::strtime::parse(&format, text.trim()).ok()?;
    if let Ok(time) = broken.to_timestamp() {
        return Some(time.as_microsecond() as f64 / 1e6);
    }
    let civil = broken
        .to_datetime()
        .or_else(|_| broken.to_date().map(|date| date.at(0, 0, 0, 0)))
        .ok()?;
    seconds(civil)
}

fn seconds(civil: DateTime) -> Option<f64> {
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_microsecond() as f64 / 1e6)
}

/// Seconds of a span such as `5m`, `1h`, `30` (seconds).
pub fn span(text: &str) -> Option<f64> {
    let text = text.trim().trim_matches('"');
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let number: f64 = match text.get(..end)? {
        "" => 1.0,
        digits => digits.parse().ok()?,
    };
    let unit = match unit(text.get(end..)?)? {
        Unit::Second => 1.0,
        Unit::Minute => 60.0,
        Unit::Hour => 3_600.0,
        Unit::Day => 86_400.0,
        Unit::Week => 604_800.0,
        Unit::Month => 2_592_000.0,
        Unit::Quarter => 7_776_000.0,
        Unit::Year => 31_536_000.0,
    };
    Some(number * unit)
}

#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

fn unit(text: &str) -> Option<Unit> {
    Some(match text {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => Unit::Second,
        "m" | "min" | "mins" | "minute" | "minutes" => Unit::Minute,
        "h" | "hr" | "hrs" | "hour" | "hours" => Unit::Hour,
        "d" | "day" | "days" => Unit::Day,
        "w" | "week" | "weeks" => Unit::Week,
        "mon" | "month" | "months" => Unit::Month,
        "q" | "qtr" | "qtrs" | "quarter" | "quarters" => Unit::Quarter,
        "y" | "yr" | "yrs" | "year" | "years" => Unit::Year,
        _ => return None,
    })
}

/// The time that a modifier (`-24h@h`, `now`, `@d`, seconds) means.
pub fn relative(from: f64, modifier: &str) -> Option<f64> {
    let modifier = modifier.trim().trim_matches('"');
    match modifier {
        "" | "now" | "now()" => return Some(from),
        "0" => return Some(0.0),
        _ => {}
    }
    if modifier.starts_with(|c: char| c.is_ascii_digit()) {
        if let Ok(seconds) = modifier.parse::<f64>() {
            return Some(seconds);
        }
        return parse(modifier, "%m/%d/%Y:%H:%M:%S")
            .or_else(|| parse(modifier, "%Y-%m-%dT%H:%M:%S"))
            .or_else(|| parse(modifier, "%Y-%m-%d %H:%M:%S"))
            .or_else(|| parse(modifier, "%Y-%m-%d"));
    }
    let mut at = Timestamp::from_microsecond((from * 1e6) as i64)
        .ok()?
        .to_zoned(TimeZone::UTC)
        .datetime();
    let mut rest = modifier;
    while let Some(sign) = rest.chars().next() {
        rest = rest.get(1..)?;
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let after = rest.get(digits..)?;
        let letters = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let name = after.get(..letters)?;
        let number: i64 = match rest.get(..digits)? {
            "" => 1,
            digits => digits.parse().ok()?,
        };
        match sign {
            '@' => {
                let weekday = name == "w"
                    && digits == 0
                    && after
                        .get(1..2)
                        .is_some_and(|d| d.chars().all(|c| c.is_ascii_digit()));
                at = floor(at, unit(name)?)?;
                rest = after.get(letters..)?;
                if weekday {
                    let day: i64 = rest.get(..1)?.parse().ok()?;
                    at = at.checked_add((day % 7).days()).ok()?;
                    rest = rest.get(1..)?;
                }
                continue;
            }
            '+' | '-' => {
                // Beyond these, spans would not fit.
                let most = if unit(name)? == Unit::Year {
                    5_000
                } else {
                    60_000
                };
                let seconds = matches!(unit(name)?, Unit::Second | Unit::Minute);
                if number > most && !(seconds && number < 10_000_000_000) {
                    return None;
                }
                let number = if sign == '-' { -number } else { number };
                let span = match unit(name)? {
                    Unit::Second => number.seconds(),
                    Unit::Minute => number.minutes(),
                    Unit::Hour => number.hours(),
                    Unit::Day => number.days(),
                    Unit::Week => number.weeks(),
                    Unit::Month => number.months(),
                    Unit::Quarter => number.checked_mul(3)?.months(),
                    Unit::Year => number.years(),
                };
                at = at.checked_add(span).ok()?;
                rest = after.get(letters..)?;
            }
            _ => return None,
        }
    }
    seconds(at)
}

fn floor(at: DateTime, unit: Unit) -> Option<DateTime> {
    let day = at.date().at(0, 0, 0, 0);
    Some(match unit {
        Unit::Second => at.date().at(at.hour(), at.minute(), at.second(), 0),
        Unit::Minute => at.date().at(at.hour(), at.minute(), 0, 0),
        Unit::Hour => at.date().at(at.hour(), 0, 0, 0),
        Unit::Day => day,
        Unit::Week => day
            .checked_sub(i64::from(at.weekday().to_sunday_zero_offset()).days())
            .ok()?,
        Unit::Month => at.date().first_of_month().at(0, 0, 0, 0),
        Unit::Quarter => {
            let month = (at.month() - 1) / 3 * 3 + 1;
            DateTime::new(at.year(), month, 1, 0, 0, 0, 0).ok()?
        }
        Unit::Year => DateTime::new(at.year(), 1, 1, 0, 0, 0, 0).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-02T12:34:56Z, a Monday.
    const NOW: f64 = 1_772_454_896.0;

    #[test]
    fn modifiers_go_back_and_snap() {
        assert_eq!(relative(NOW, "-1h"), Some(NOW - 3_600.0));
        assert_eq!(relative(NOW, "@d"), Some(1_772_409_600.0));
        assert_eq!(relative(NOW, "-1d@d"), Some(1_772_323_200.0));
        assert_eq!(relative(NOW, "@w"), Some(1_772_323_200.0));
        assert_eq!(relative(NOW, "@mon"), Some(1_772_323_200.0));
        assert_eq!(relative(NOW, "now"), Some(NOW));
        assert_eq!(relative(NOW, "-1x"), None);
    }

    #[test]
    fn times_are_written_and_read() {
        let text = format(NOW, "%Y-%m-%dT%H:%M:%S").unwrap();
        assert_eq!(text, "2026-03-02T12:34:56");
        assert_eq!(parse(&text, "%Y-%m-%dT%H:%M:%S"), Some(NOW));
        assert_eq!(parse("2026-03-02", "%Y-%m-%d"), Some(1_772_409_600.0));
    }
}
