//! Functions of datetimes and timespans.

use jiff::civil::{Date, DateTime};

use super::{
    cell::Cell,
    registry::Function,
    string::{functions, text},
    time::{DAY, SECOND, civil, micros},
};

functions! {
    "startofday" "t?l" 't' |args| shifted(args, "day", false);
    "startofweek" "t?l" 't' |args| shifted(args, "week", false);
    "startofmonth" "t?l" 't' |args| shifted(args, "month", false);
    "startofyear" "t?l" 't' |args| shifted(args, "year", false);
    "endofday" "t?l" 't' |args| shifted(args, "day", true);
    "endofweek" "t?l" 't' |args| shifted(args, "week", true);
    "endofmonth" "t?l" 't' |args| shifted(args, "month", true);
    "endofyear" "t?l" 't' |args| shifted(args, "year", true);
    "dayofweek" "t" 'n' |args| part(args, |at| Cell::Timespan(i64::from(at.date().weekday().to_sunday_zero_offset()) * DAY));
    "dayofmonth" "t" 'l' |args| part(args, |at| Cell::Long(at.day().into()));
    "dayofyear" "t" 'l' |args| part(args, |at| Cell::Long(at.date().day_of_year().into()));
    "hourofday" "t" 'l' |args| part(args, |at| Cell::Long(at.hour().into()));
    "monthofyear" "t" 'l' |args| part(args, |at| Cell::Long(at.month().into()));
    "getmonth" "t" 'l' |args| part(args, |at| Cell::Long(at.month().into()));
    "getyear" "t" 'l' |args| part(args, |at| Cell::Long(at.year().into()));
    "week_of_year" "t" 'l' |args| part(args, |at| Cell::Long(at.date().iso_week_date().week().into()));
    "weekofyear" "t" 'l' |args| part(args, |at| Cell::Long(at.date().iso_week_date().week().into()));
    "datetime_part" "st" 'l' datetime_part;
    "datetime_diff" "stt" 'l' datetime_diff;
    "datetime_add" "slt" 't' |args| {
        let (Some(amount), Some(at)) = (args.get(1).and_then(Cell::long), args.get(2).and_then(Cell::datetime)) else {
            return Cell::Null;
        };
        add(text(args, 0), amount, at).map_or(Cell::Null, Cell::Datetime)
    };
    "make_datetime" "lll?llr" 't' make_datetime;
    "make_timespan" "ll?rr" 'n' make_timespan;
    "format_datetime" "ts" 's' |args| {
        let at = args.first().and_then(Cell::datetime).and_then(civil);
        at.map_or(Cell::Null, |at| Cell::owned(format(at, text(args, 1))))
    };
    "format_timespan" "ns" 's' |args| {
        args.first().and_then(Cell::timespan).map_or(Cell::Null, |span| Cell::owned(format_span(span, text(args, 1))))
    };
    "unixtime_seconds_todatetime" "r" 't' |args| unix(args, 1e6);
    "unixtime_milliseconds_todatetime" "r" 't' |args| unix(args, 1e3);
    "unixtime_microseconds_todatetime" "r" 't' |args| unix(args, 1.0);
    "unixtime_nanoseconds_todatetime" "r" 't' |args| unix(args, 1e-3);
    "datetime_utc_to_local" "ts" 't' |args| zoned(args, true);
    "datetime_local_to_utc" "ts" 't' |args| zoned(args, false);
}

fn part(args: &[Cell<'_>], work: fn(DateTime) -> Cell<'static>) -> Cell<'static> {
    args.first()
        .and_then(Cell::datetime)
        .and_then(civil)
        .map_or(Cell::Null, work)
}

fn unix(args: &[Cell<'_>], scale: f64) -> Cell<'static> {
    args.first()
        .and_then(Cell::real)
        .map_or(Cell::Null, |number| Cell::Datetime((number * scale) as i64))
}

fn zoned(args: &[Cell<'_>], to_local: bool) -> Cell<'static> {
    let shifted = || {
        let at = args.first()?.datetime()?;
        let zone = jiff::tz::TimeZone::get(text(args, 1)).ok()?;
        if to_local {
            micros(
                jiff::Timestamp::from_microsecond(at)
                    .ok()?
                    .to_zoned(zone)
                    .datetime(),
            )
        } else {
            Some(civil(at)?.to_zoned(zone).ok()?.timestamp().as_microsecond())
        }
    };
    shifted().map_or(Cell::Null, Cell::Datetime)
}

/// Adds whole units; months and years keep the day where it exists.
fn add(unit: &str, amount: i64, at: i64) -> Option<i64> {
    let months = match unit.to_ascii_lowercase().as_str() {
        "year" => amount.checked_mul(12)?,
        "quarter" => amount.checked_mul(3)?,
        "month" => amount,
        unit => return at.checked_add(amount.checked_mul(unit_of(unit)?)?),
    };
    let moved = civil(at)?
        .checked_add(jiff::Span::new().try_months(months).ok()?)
        .ok()?;
    micros(moved)
}

fn unit_of(unit: &str) -> Option<i64> {
    Some(match unit {
        "week" => 7 * DAY,
        "day" => DAY,
        "hour" => 3600 * SECOND,
        "minute" => 60 * SECOND,
        "second" => SECOND,
        "millisecond" => 1000,
        "microsecond" => 1,
        _ => return None,
    })
}

fn start(unit: &str, at: DateTime) -> Option<DateTime> {
    let date = at.date();
    let date = match unit {
        "week" => date
            .checked_sub(jiff::Span::new().days(date.weekday().to_sunday_zero_offset()))
            .ok()?,
        "month" => date.first_of_month(),
        "year" => date.first_of_year(),
        _ => date,
    };
    Some(date.at(0, 0, 0, 0))
}

fn shifted(args: &[Cell<'_>], unit: &str, end: bool) -> Cell<'static> {
    let offset = args.get(1).and_then(Cell::long).unwrap_or(0);
    let found = || {
        let at = args.first()?.datetime()?;
        let first = micros(start(unit, civil(at)?)?)?;
        let first = add(unit, offset, first)?;
        if end {
            add(unit, 1, first)?.checked_sub(1)
        } else {
            Some(first)
        }
    };
    found().map_or(Cell::Null, Cell::Datetime)
}

fn datetime_part(args: &[Cell<'_>]) -> Cell<'static> {
    let Some(at) = args.get(1).and_then(Cell::datetime).and_then(civil) else {
        return Cell::Null;
    };
    let nanos = i64::from(at.subsec_nanosecond());
    Cell::Long(match text(args, 0).to_ascii_lowercase().as_str() {
        "year" => at.year().into(),
        "quarter" => i64::from((at.month() + 2) / 3),
        "month" => at.month().into(),
        "week_of_year" | "weekofyear" => at.date().iso_week_date().week().into(),
        "day" => at.day().into(),
        "dayofyear" => at.date().day_of_year().into(),
        "hour" => at.hour().into(),
        "minute" => at.minute().into(),
        "second" => at.second().into(),
        "millisecond" => nanos / 1_000_000,
        "microsecond" => nanos / 1_000,
        "nanosecond" => nanos,
        _ => return Cell::Null,
    })
}

/// How many boundaries of the unit lie between two times.
fn datetime_diff(args: &[Cell<'_>]) -> Cell<'static> {
    let (Some(a), Some(b)) = (
        args.get(1).and_then(Cell::datetime),
        args.get(2).and_then(Cell::datetime),
    ) else {
        return Cell::Null;
    };
    let (Some(x), Some(y)) = (civil(a), civil(b)) else {
        return Cell::Null;
    };
    let months = |at: DateTime| i64::from(at.year()) * 12 + i64::from(at.month()) - 1;
    let unit = text(args, 0).to_ascii_lowercase();
    Cell::Long(match unit.as_str() {
        "year" => i64::from(x.year()) - i64::from(y.year()),
        "quarter" => months(x) / 3 - months(y) / 3,
        "month" => months(x) - months(y),
        // Weeks begin on Sunday; 1970 began on a Thursday.
        "week" => (a + 4 * DAY).div_euclid(7 * DAY) - (b + 4 * DAY).div_euclid(7 * DAY),
        unit => match unit_of(unit) {
            Some(size) => a.div_euclid(size) - b.div_euclid(size),
            None => return Cell::Null,
        },
    })
}

fn make_datetime(args: &[Cell<'_>]) -> Cell<'static> {
    let at = |index: usize| args.get(index).and_then(Cell::long).unwrap_or(0);
    let made = || {
        let date = Date::new(
            i16::try_from(at(0)).ok()?,
            i8::try_from(at(1)).ok()?,
            i8::try_from(at(2)).ok()?,
        )
        .ok()?;
        let (hour, minute) = (i8::try_from(at(3)).ok()?, i8::try_from(at(4)).ok()?);
        let time = jiff::civil::Time::new(hour, minute, 0, 0).ok()?;
        let seconds = args.get(5).and_then(Cell::real).unwrap_or(0.0);
        Some(micros(date.to_datetime(time))? + (seconds * SECOND as f64) as i64)
    };
    made().map_or(Cell::Null, Cell::Datetime)
}

fn make_timespan(args: &[Cell<'_>]) -> Cell<'static> {
    let numbers: Vec<f64> = args.iter().filter_map(Cell::real).collect();
    let seconds = match numbers.as_slice() {
        [hours, minutes] => hours * 3600.0 + minutes * 60.0,
        [hours, minutes, seconds] => hours * 3600.0 + minutes * 60.0 + seconds,
        [days, hours, minutes, seconds] => {
            days * 86_400.0 + hours * 3600.0 + minutes * 60.0 + seconds
        }
        _ => return Cell::Null,
    };
    Cell::Timespan((seconds * SECOND as f64).round() as i64)
}

/// The letters of a format, run by run.
fn runs(format: &str) -> Vec<(char, usize)> {
    let mut runs: Vec<(char, usize)> = Vec::new();
    for c in format.chars() {
        match runs.last_mut() {
            Some((last, count)) if *last == c => *count += 1,
            _ => runs.push((c, 1)),
        }
    }
    runs
}

fn format(at: DateTime, format: &str) -> String {
    let mut out = String::new();
    for (letter, count) in runs(format) {
        let hour = at.hour();
        let half = if hour % 12 == 0 { 12 } else { hour % 12 };
        let number = |value: i64| {
            if count >= 2 {
                format!("{value:02}")
            } else {
                value.to_string()
            }
        };
        match letter {
            'y' if count <= 2 => out.push_str(&format!("{:02}", at.year() % 100)),
            'y' => out.push_str(&format!("{:04}", at.year())),
            'M' if count == 3 => out.push_str(&at.strftime("%b").to_string()),
            'M' if count >= 4 => out.push_str(&at.strftime("%B").to_string()),
            'M' => out.push_str(&number(at.month().into())),
            'd' if count == 3 => out.push_str(&at.strftime("%a").to_string()),
            'd' if count >= 4 => out.push_str(&at.strftime("%A").to_string()),
            'd' => out.push_str(&number(at.day().into())),
            'H' => out.push_str(&number(hour.into())),
            'h' => out.push_str(&number(half.into())),
            'm' => out.push_str(&number(at.minute().into())),
            's' => out.push_str(&number(at.second().into())),
            'f' | 'F' => {
                let digits = format!("{:09}", at.subsec_nanosecond());
                out.push_str(digits.get(..count.min(9)).unwrap_or(""));
            }
            't' => out.push_str(if hour < 12 { "AM" } else { "PM" }),
            other => out.extend(std::iter::repeat_n(other, count)),
        }
    }
    out
}

fn format_span(span: i64, format: &str) -> String {
    let total = span.unsigned_abs();
    let seconds = total / 1_000_000;
    let mut out = String::new();
    for (letter, count) in runs(format) {
        let padded = |value: u64| format!("{value:0count$}");
        match letter {
            'd' => out.push_str(&padded(seconds / 86_400)),
            'H' | 'h' => out.push_str(&padded(seconds / 3600 % 24)),
            'm' => out.push_str(&padded(seconds / 60 % 60)),
            's' => out.push_str(&padded(seconds % 60)),
            'f' | 'F' => {
                let digits = format!("{:06}000", total % 1_000_000);
                out.push_str(digits.get(..count.min(9)).unwrap_or(""));
            }
            other => out.extend(std::iter::repeat_n(other, count)),
        }
    }
    out
}
