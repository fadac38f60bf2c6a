//! Reading and writing datetimes and timespans. Both are microseconds; KQL's
//! own unit is a tenth of that.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    fmt::{rfc2822, strtime},
    tz::TimeZone,
};

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds of a day.
pub const DAY: i64 = 86_400 * SECOND;
/// Microseconds in an hour.
pub const HOUR: i64 = 3600 * SECOND;

/// The civil time in UTC; `None` outside the years -9999 to 9999.
pub fn civil(time: i64) -> Option<DateTime> {
    Some(
        Timestamp::from_microsecond(time)
            .ok()?
            .to_zoned(TimeZone::UTC)
            .datetime(),
    )
}

/// Microseconds since 1970 of a civil time in UTC.
pub fn micros(civil: DateTime) -> Option<i64> {
    Some(
        civil
            .to_zoned(TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_microsecond(),
    )
}

/// Reads the forms KQL reads: ISO 8601 with or without time and offset, RFC
/// 1123, and American dates. Text without an offset is UTC.
pub fn parse_datetime(text: &str) -> Option<i64> {
    let text = text.trim().trim_matches('"');
    if text.len() < 4 || text.len() > 64 {
        return None;
    }
    if let Some(time) = iso(text) {
        return Some(time);
    }
    if let Ok(zoned) = rfc2822::DateTimeParser::new().parse_zoned(text) {
        return Some(zoned.timestamp().as_microsecond());
    }
    const FORMS: [&str; 14] = [
        "%m/%d/%Y %I:%M:%S %p",
        "%m/%d/%Y, %I:%M:%S %p",
        "%m/%d/%Y, %I:%M:%S%.f %p",
        "%m/%d/%Y %I:%M %p",
        "%m/%d/%Y %H:%M:%S",
        "%m/%d/%Y %H:%M",
        "%m/%d/%Y",
        "%m-%d-%Y",
        "%m-%d-%Y %H:%M:%S",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d",
        "%d %b %Y %H:%M:%S",
        "%b %d %Y %H:%M:%S",
        "%d %b %Y",
    ];
    FORMS.iter().find_map(|form| {
        let parsed = strtime::parse(form, text).ok()?;
        let civil = parsed
            .to_datetime()
            .or_else(|_| parsed.to_date().map(|date| date.at(0, 0, 0, 0)))
            .ok()?;
        micros(civil)
    })
}

fn iso(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() == 4 && bytes.iter().all(u8::is_ascii_digit) {
        return micros(Date::new(text.parse().ok()?, 1, 1).ok()?.at(0, 0, 0, 0));
    }
    if bytes.get(4) != Some(&b'-') {
        return None;
    }
    if bytes.len() == 7 {
        let date = Date::new(
            text.get(..4)?.parse().ok()?,
            text.get(5..)?.parse().ok()?,
            1,
        )
        .ok()?;
        return micros(date.at(0, 0, 0, 0));
    }
    let split = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let mut parts = text.get(..split)?.splitn(3, '-');
    let date = Date::new(
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    )
    .ok()?;
    let rest = text
        .get(split..)?
        .trim_start_matches(['T', 't', ' '])
        .trim();
    let zone = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = (rest.get(..zone)?.trim(), rest.get(zone..)?);
    let offset = match zone {
        "" | "Z" | "z" => 0,
        zone => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
            let hours: i64 = digits.get(..2)?.parse().ok()?;
            let minutes: i64 = digits.get(2..4).map_or(Some(0), |text| text.parse().ok())?;
            sign * (hours * 3600 + minutes * 60) * SECOND
        }
    };
    let time = if clock.is_empty() {
        0
    } else {
        clock_micros(clock)?
    };
    micros(date.at(0, 0, 0, 0))?
        .checked_add(time)?
        .checked_sub(offset)
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fffffff`.
fn clock_micros(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let hours: i8 = parts.next()?.trim().parse().ok()?;
    let minutes: i8 = parts.next()?.parse().ok()?;
    let seconds = parts.next().unwrap_or("0");
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let time = Time::new(hours, minutes, whole.parse().ok()?, 0).ok()?;
    let second =
        i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    Some(second * SECOND + fraction_micros(fraction)?)
}

fn fraction_micros(digits: &str) -> Option<i64> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut padded: String = digits.chars().take(6).collect();
    while padded.len() < 6 {
        padded.push('0');
    }
    padded.parse().ok()
}

/// `2024-05-01T10:00:00.0000000Z`, as KQL writes it.
pub fn format_datetime(time: i64) -> String {
    match civil(time) {
        Some(civil) => {
            let fraction = i64::from(civil.subsec_nanosecond()) / 100;
            format!(
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{fraction:07}Z",
                civil.year(),
                civil.month(),
                civil.day(),
                civil.hour(),
                civil.minute(),
                civil.second()
            )
        }
        None => String::new(),
    }
}

/// Reads `7d`, `1.02:03:04.5`, `02:03`, or a number of days.
pub fn parse_timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body.trim_start()),
        None => (false, text),
    };
    let units = body.find(|c: char| c.is_ascii_alphabetic());
    let span = match units {
        Some(at) => {
            let number: f64 = body.get(..at)?.trim().parse().ok()?;
            (number * crate::kql::lexer::unit_micros(body.get(at..)?.trim())?) as i64
        }
        None => match body.split_once(':') {
            None => body
                .parse::<f64>()
                .ok()
                .map(|days| (days * DAY as f64) as i64)?,
            Some((first, rest)) => {
                let (days, hours) = match first.split_once('.') {
                    Some((days, hours)) => (days.parse::<i64>().ok()?, hours),
                    None => (0, first),
                };
                let hours: i64 = hours.parse().ok()?;
                let mut parts = rest.splitn(2, ':');
                let minutes: i64 = parts.next()?.parse().ok()?;
                let seconds = parts.next().unwrap_or("0");
                let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
                let whole: i64 = whole.parse().ok()?;
                days.checked_mul(DAY)?
                    .checked_add(
                        (hours
                            .checked_mul(3600)?
                            .checked_add(minutes.checked_mul(60)?)?
                            .checked_add(whole)?)
                        .checked_mul(SECOND)?,
                    )?
                    .checked_add(fraction_micros(fraction)?)?
            }
        },
    };
    Some(if negative { -span } else { span })
}

/// `1.02:03:04.0000000`, the fraction and the days only where there are any.
pub fn format_timespan(span: i64) -> String {
    let sign = if span < 0 { "-" } else { "" };
    let span = span.unsigned_abs();
    let day = DAY.unsigned_abs();
    let (days, rest) = (span / day, span % day);
    let (seconds, fraction) = (rest / 1_000_000, rest % 1_000_000);
    let mut out = String::from(sign);
    if days > 0 {
        out.push_str(&format!("{days}."));
    }
    out.push_str(&format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    ));
    if fraction > 0 {
        out.push_str(&format!(".{fraction:06}0"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datetimes_read_and_write() {
        for (text, wanted) in [
            ("2024-05-01", "2024-05-01T00:00:00.0000000Z"),
            (
                "2024-05-01T10:11:12.3456789Z",
                "2024-05-01T10:11:12.3456780Z",
            ),
            ("2024-05-01 10:11", "2024-05-01T10:11:00.0000000Z"),
            ("2024-05-01T10:11:12+02:00", "2024-05-01T08:11:12.0000000Z"),
            (
                "Wed, 01 May 2024 10:11:12 GMT",
                "2024-05-01T10:11:12.0000000Z",
            ),
            ("5/1/2024 10:11:12 PM", "2024-05-01T22:11:12.0000000Z"),
        ] {
            assert_eq!(
                parse_datetime(text).map(format_datetime).as_deref(),
                Some(wanted),
                "{text}"
            );
        }
        assert_eq!(parse_datetime("not a date"), None);
        assert_eq!(parse_datetime("2024-13-01"), None);
    }

    #[test]
    fn timespans_read_and_write() {
        for (text, wanted) in [
            ("1d", "1.00:00:00"),
            ("1.5h", "01:30:00"),
            ("1.02:03:04.5", "1.02:03:04.5000000"),
            ("-00:01", "-00:01:00"),
            ("2", "2.00:00:00"),
        ] {
            assert_eq!(
                parse_timespan(text).map(format_timespan).as_deref(),
                Some(wanted),
                "{text}"
            );
        }
        assert_eq!(parse_timespan("99999999999999:00:00"), None);
    }
}
