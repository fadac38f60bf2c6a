//! What the reference of the query language gives for times and spans.

use serde_json::json;

use crate::documented::check;

#[test]
fn calendars() {
    check(&[
        (
            "datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31))",
            json!(17),
        ),
        (
            "datetime_diff('quarter', datetime(2017-07-01), datetime(2017-03-30))",
            json!(2),
        ),
        (
            "datetime_diff('month', datetime(2017-01-01), datetime(2015-12-30))",
            json!(13),
        ),
        (
            "datetime_diff('week', datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))",
            json!(5),
        ),
        (
            "datetime_diff('day', datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))",
            json!(29),
        ),
        (
            "datetime_diff('hour', datetime(2017-10-31 01:00), datetime(2017-10-30 23:59))",
            json!(2),
        ),
        (
            "datetime_diff('minute', datetime(2017-10-30 23:05:01), datetime(2017-10-30 23:00:59))",
            json!(5),
        ),
        (
            "datetime_diff('second', datetime(2017-10-30 23:00:10.100), datetime(2017-10-30 23:00:00.900))",
            json!(10),
        ),
        (
            "datetime_add('month', 1, datetime(2017-01-31))",
            json!("2017-02-28T00:00:00.0000000Z"),
        ),
        (
            "datetime_add('year', -1, datetime(2017-03-01))",
            json!("2016-03-01T00:00:00.0000000Z"),
        ),
        (
            "format_datetime(datetime(2017-01-29 09:00:05), 'yy-MM-dd [HH:mm:ss]')",
            json!("17-01-29 [09:00:05]"),
        ),
        (
            "format_datetime(datetime(2017-01-29 09:00:05), 'yyyy-M-dd [H:mm:ss]')",
            json!("2017-1-29 [9:00:05]"),
        ),
        (
            "format_datetime(datetime(2017-01-29 09:00:05), 'yy-MM-dd [hh:mm:ss tt]')",
            json!("17-01-29 [09:00:05 AM]"),
        ),
        (
            "format_timespan(time(29.09:00:05.12345), 'dd.hh:mm:ss [FF]')",
            json!("29.09:00:05 [12]"),
        ),
        (
            "format_timespan(time(29.09:00:05.12345), 'ddd.h:mm:ss [fffffff]')",
            json!("029.9:00:05 [1234500]"),
        ),
        ("week_of_year(datetime(2020-12-31))", json!(53)),
        ("dayofyear(datetime(2015-12-14))", json!(348)),
        ("monthofyear(datetime(2015-12-14))", json!(12)),
        ("getyear(datetime(2015-10-12))", json!(2015)),
        ("hourofday(datetime(2015-12-14 18:54))", json!(18)),
        ("dayofmonth(datetime(2015-12-14))", json!(14)),
        (
            "dayofweek(datetime(1947-11-30 10:00:05))",
            json!("00:00:00"),
        ),
        ("dayofweek(datetime(1970-05-11))", json!("1.00:00:00")),
        (
            "startofday(datetime(2017-01-01 10:10:17), -1)",
            json!("2016-12-31T00:00:00.0000000Z"),
        ),
        (
            "startofweek(datetime(2017-01-01 10:10:17), 1)",
            json!("2017-01-08T00:00:00.0000000Z"),
        ),
        (
            "startofmonth(datetime(2017-01-01 10:10:17), -1)",
            json!("2016-12-01T00:00:00.0000000Z"),
        ),
        (
            "startofyear(datetime(2017-01-01 10:10:17), 1)",
            json!("2018-01-01T00:00:00.0000000Z"),
        ),
        (
            "unixtime_seconds_todatetime(1546300800)",
            json!("2019-01-01T00:00:00.0000000Z"),
        ),
        (
            "unixtime_milliseconds_todatetime(1546300800000)",
            json!("2019-01-01T00:00:00.0000000Z"),
        ),
        (
            "make_datetime(2017, 10, 1)",
            json!("2017-10-01T00:00:00.0000000Z"),
        ),
        ("make_timespan(1, 30, 45)", json!("01:30:45")),
        (
            "datetime_part('quarter', datetime(2017-10-30 01:02:03))",
            json!(4),
        ),
        (
            "datetime_part('week_of_year', datetime(2017-10-30 01:02:03))",
            json!(44),
        ),
        (
            "todatetime('Sun, 06 Nov 1994 08:49:37 GMT')",
            json!("1994-11-06T08:49:37.0000000Z"),
        ),
        (
            "todatetime('2015-12-24T18:04:05.123Z')",
            json!("2015-12-24T18:04:05.1230000Z"),
        ),
        (
            "todatetime('12/31/2023 10:20:30 PM')",
            json!("2023-12-31T22:20:30.0000000Z"),
        ),
        ("todatetime('not a date')", json!(null)),
        ("totimespan('0.00:01:00') == time(1min)", json!(true)),
        ("tostring(1d + 2h)", json!("1.02:00:00")),
        (
            "datetime(2024-02-29) + 1d",
            json!("2024-03-01T00:00:00.0000000Z"),
        ),
        ("2 * 1h", json!("02:00:00")),
        ("tolong(1s)", json!(10_000_000)),
    ]);
}
