//! Times as logs write them.

use jiff::civil::Date;

use crate::event::Time;

/// A time in any of the ways that the logs we read write it: RFC 3339, with
/// a space for the `T`, without a zone (then UTC), as Defender's portal shows
/// it (`Nov 21, 2026 3:04:05 PM`, `11/21/2026, 3:04:05 PM`), or as a number
/// since 1970 in seconds, milliseconds, microseconds or nanoseconds.
pub fn parse(text: &str) -> Option<Time> {
    let text = text.trim();
    iso(text)
        .or_else(|| number(text))
        .or_else(|| shown(text))
        .or_else(|| text.parse::<jiff::Timestamp>().ok().map(Time::from))
}

/// The day of a record, which is mostly that of the record before.
#[derive(Default)]
pub(crate) struct Day {
    /// `YYYY-MM-DDT`
    date: [u8; 11],
    start: Time,
}

impl Day {
    /// Bytes of a time as we write it.
    pub(crate) const LENGTH: usize = 27;

    /// A time as we write it, `YYYY-MM-DDTHH:MM:SS.ffffffZ`; `None` of any
    /// other.
    pub(crate) fn parse(&mut self, text: &str) -> Option<Time> {
        let (date, clock) = text.as_bytes().split_first_chunk::<11>()?;
        let micros = clock_micros(clock.try_into().ok()?)?;
        if self.date != *date {
            let midnight = date.last() == Some(&b'T');
            self.start = iso(text.get(..10)?).filter(|_| midnight)?;
            self.date = *date;
        }
        Some(Time(self.start.0 + micros))
    }
}

/// Microseconds since midnight of `HH:MM:SS.ffffffZ`.
fn clock_micros(clock: &[u8; 16]) -> Option<i64> {
    let mut shape = *clock;
    let mut odd = 0_u8;
    for at in [0, 1, 3, 4, 6, 7, 9, 10, 11, 12, 13, 14] {
        shape[at] = clock[at].wrapping_sub(b'0');
        odd |= u8::from(shape[at] > 9);
    }
    let marks = [clock[2], clock[5], clock[8], clock[15]] == *b"::.Z";
    let two = |at: usize| i64::from(shape[at]) * 10 + i64::from(shape[at + 1]);
    let (hour, minute, second) = (two(0), two(3), two(6));
    let micros = (two(9) * 100 + two(11)) * 100 + two(13);
    let fits = odd == 0 && marks && hour <= 23 && minute <= 59 && second <= 60;
    fits.then_some(((hour * 60 + minute) * 60 + second) * 1_000_000 + micros)
}

/// Seconds since 1970 with a fraction, by magnitude finer units.
pub fn epoch(number: f64) -> Option<Time> {
    let size = number.abs();
    let micros = if size < 1e11 {
        number * 1e6
    } else if size < 1e14 {
        number * 1e3
    } else if size < 1e17 {
        number
    } else {
        number / 1e3
    };
    (micros.is_finite() && micros.abs() < 2.5e17).then(|| Time(micros.round() as i64))
}

/// `1795220467.679`, `1795220467`, `1795220467679`: no sign, no exponent.
fn number(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() < 9 || whole.len() > 19 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    match whole {
        0..100_000_000_000 => Time::from_parts(whole, micros(fraction)?),
        100_000_000_000..100_000_000_000_000 => Some(Time(whole * 1_000)),
        100_000_000_000_000..100_000_000_000_000_000 => Some(Time(whole)),
        _ => Some(Time(whole / 1_000)),
    }
}

/// Up to six digits of a fraction as microseconds; further ones are dropped.
fn micros(fraction: &str) -> Option<i64> {
    let mut value = 0;
    let mut digits = fraction.bytes();
    for _ in 0..6 {
        let digit = match digits.next() {
            Some(byte) if byte.is_ascii_digit() => i64::from(byte - b'0'),
            Some(_) => return None,
            None => 0,
        };
        value = value * 10 + digit;
    }
    Some(value)
}

fn two(bytes: &[u8], at: usize) -> Option<i64> {
    let (a, b) = (*bytes.get(at)?, *bytes.get(at + 1)?);
    (a.is_ascii_digit() && b.is_ascii_digit())
        .then(|| i64::from(a - b'0') * 10 + i64::from(b - b'0'))
}

/// `YYYY-MM-DD[T ]HH:MM:SS[.fff][Z|±HH[:]MM]`, also with `/` in the date.
fn iso(text: &str) -> Option<Time> {
    let bytes = text.as_bytes();
    let separator = *bytes.get(4)?;
    if !matches!(separator, b'-' | b'/') || bytes.get(7) != Some(&separator) {
        return None;
    }
    let year = two(bytes, 0)? * 100 + two(bytes, 2)?;
    let days = days(year, two(bytes, 5)?, two(bytes, 8)?)?;
    if bytes.len() == 10 {
        return Time::from_parts(days * 86_400, 0);
    }
    if !matches!(bytes.get(10), Some(b'T' | b't' | b' ')) {
        return None;
    }
    if bytes.get(13) != Some(&b':') || bytes.get(16) != Some(&b':') {
        return None;
    }
    let (hour, minute, second) = (two(bytes, 11)?, two(bytes, 14)?, two(bytes, 17)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = text.get(19..)?;
    let (fraction, zone) = match rest.strip_prefix(['.', ',']) {
        Some(rest) => {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            rest.split_at_checked(end)?
        }
        None => ("", rest),
    };
    let offset = match zone.trim_start().as_bytes() {
        [] | b"Z" | b"z" | b"UTC" => 0,
        [sign @ (b'+' | b'-'), offset @ ..] => {
            let minutes = match offset {
                [_, _] => 0,
                [_, _, b':', _, _] => two(offset, 3)?,
                [_, _, _, _] => two(offset, 2)?,
                _ => return None,
            };
            let seconds = two(offset, 0)? * 3600 + minutes * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    Time::from_parts(
        days * 86_400 + hour * 3600 + minute * 60 + second - offset,
        micros(fraction)?,
    )
}

/// Days since 1970 of a date (proleptic Gregorian; Hinnant's algorithm).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// `Nov 21, 2026 3:04:05.123 PM`, `11/21/2026, 3:04:05 PM`,
/// `11/21/26 15:04:05.123`.
fn shown(text: &str) -> Option<Time> {
    let mut words = text
        .split([' ', ',', '\u{202f}'])
        .filter(|word| !word.is_empty());
    let first = words.next()?;
    let (year, month, day): (i16, i8, i8) = if first.contains('/') {
        let mut parts = first.split('/');
        let month = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        let year: i16 = parts.next()?.parse().ok()?;
        (
            if year < 100 {
                year.checked_add(2000)?
            } else {
                year
            },
            month,
            day,
        )
    } else {
        const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
        let name = first.get(..3)?.to_ascii_lowercase();
        let at = MONTHS.find(&name).filter(|at| at % 3 == 0)?;
        let month = i8::try_from(at / 3 + 1).ok()?;
        let day = words.next()?.parse().ok()?;
        (words.next()?.parse().ok()?, month, day)
    };
    let date = Date::new(year, month, day).ok()?;
    let clock = words.next()?;
    let mut parts = clock.split(':');
    let mut hour: i64 = parts.next()?.parse().ok()?;
    let minute: i64 = parts.next()?.parse().ok()?;
    let (second, fraction) = match parts.next() {
        Some(second) => second.split_once('.').unwrap_or((second, "")),
        None => ("0", ""),
    };
    let second: i64 = second.parse().ok()?;
    match words.next().map(str::to_ascii_uppercase).as_deref() {
        Some("PM") if hour < 12 => hour += 12,
        Some("AM") if hour == 12 => hour = 0,
        _ => {}
    }
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..61).contains(&second) {
        return None;
    }
    let days = days(
        i64::from(date.year()),
        i64::from(date.month()),
        i64::from(date.day()),
    )?;
    Time::from_parts(
        days * 86_400 + hour * 3600 + minute * 60 + second,
        micros(fraction)?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times_in_all_their_shapes() {
        let expected = "2026-11-21T15:04:05.120000Z";
        for text in [
            "2026-11-21T15:04:05.12Z",
            "2026-11-21 15:04:05.120000",
            "2026-11-21T15:04:05.1200000000+00:00",
            "2026-11-21T17:04:05.12+0200",
            "2026-11-21T07:04:05.12-08:00",
            "Nov 21, 2026 3:04:05.12 PM",
            "11/21/2026, 3:04:05.12 PM",
            "11/21/26 15:04:05.12",
            "1795273445.12",
            "1795273445120",
            "1795273445120000000",
        ] {
            let shown = parse(text).map(|time| time.to_string());
            assert_eq!(shown.as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-11-21T25:00:00Z",
            "12:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(epoch(1_795_273_445.12).unwrap().to_string(), expected);
        assert_eq!(epoch(f64::NAN), None);
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_jiff(micros in -60_000_000_000_000_000_i64..250_000_000_000_000_000) {
            let time = Time(micros);
            proptest::prop_assert_eq!(parse(&time.to_string()), Some(time));
        }

        /// What is read quickly is read alike, and whatever we write is.
        #[test]
        fn days_agree(texts in proptest::collection::vec("[12]02[67]-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9][.,][0-9]{6}[Zz]|.{27}", 1..6)) {
            let mut day = Day::default();
            for text in &texts {
                if let Some(time) = day.parse(text) {
                    proptest::prop_assert_eq!(Some(time), parse(text));
                }
            }
        }

        #[test]
        fn days_read_what_we_write(micros in -60_000_000_000_000_000_i64..250_000_000_000_000_000) {
            let time = Time(micros);
            proptest::prop_assert_eq!(Day::default().parse(&time.to_string()), Some(time));
        }

        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = parse(&text);
        }
    }
}
