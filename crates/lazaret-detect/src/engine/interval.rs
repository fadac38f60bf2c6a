//! Events at even intervals: what asks for orders keeps time, people do not.

use lazaret_events::Time;

use super::correlate::{Hit, Window};
use crate::{alert::EventSummary, analytic::Correlation};

/// Events closer than this are one: a connection and the request in it.
const ONE: i64 = 1_000_000;

/// Adds an event; its evidence and the first one's where the last `events`
/// are evenly spaced. Told once, until the group is forgotten.
pub(super) fn interval(
    whole: &Correlation,
    window: &mut Window,
    hit: Hit,
    events: usize,
    gap: i64,
) -> Option<Vec<EventSummary>> {
    let last = window.events.back().map(|(at, _, _)| at.0);
    if window.told || last.is_some_and(|at| hit.time.0.saturating_sub(at) < ONE) {
        return None;
    }
    let horizon = hit.time.0.saturating_sub(whole.timespan);
    while window.events.len() >= events
        || window.events.front().is_some_and(|(at, ..)| at.0 < horizon)
    {
        window.events.pop_front();
    }
    // Of each group the ends are enough to show.
    if window.events.len() > 1
        && let Some((_, _, evidence)) = window.events.back_mut()
    {
        evidence.clear();
    }
    window.events.push_back((hit.time, None, hit.evidence));
    if window.events.len() < events {
        return None;
    }
    let times: Vec<Time> = window.events.iter().map(|(at, ..)| *at).collect();
    let (median, spread) = spread(&times)?;
    if median < gap || !whole.holds(spread) {
        return None;
    }
    window.told = true;
    let events = std::mem::take(&mut window.events);
    Some(events.into_iter().flat_map(|(_, _, e)| e).collect())
}

/// Median gap in µs, and the median deviation from it as a part of it.
fn spread(times: &[Time]) -> Option<(i64, f64)> {
    let mut gaps: Vec<i64> = times
        .windows(2)
        .filter_map(|pair| Some(pair.get(1)?.0.saturating_sub(pair.first()?.0)))
        .collect();
    let median = middle(&mut gaps)?;
    let mut off: Vec<i64> = gaps
        .iter()
        .map(|g| g.saturating_sub(median).saturating_abs())
        .collect();
    let off = middle(&mut off)?;
    (median > 0).then(|| (median, off as f64 / median as f64))
}

fn middle(numbers: &mut [i64]) -> Option<i64> {
    let at = numbers.len() / 2;
    (!numbers.is_empty()).then(|| *numbers.select_nth_unstable(at).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_gaps_have_little_spread() {
        let second = 1_000_000;
        let jitter = [0, 3, -4, 2, 5, -2, 1, -5, 4, -1];
        let even: Vec<Time> = jitter
            .iter()
            .enumerate()
            .map(|(at, off)| Time((60 * at as i64 + off) * second))
            .collect();
        let (median, spread_of_even) = spread(&even).unwrap();
        assert!((55 * second..66 * second).contains(&median), "{median}");
        assert!(spread_of_even < 0.2, "{spread_of_even}");
        let people = [0, 2, 3, 90, 95, 400, 401, 900, 1700, 1702];
        let people: Vec<Time> = people.iter().map(|at| Time(at * second)).collect();
        assert!(spread(&people).unwrap().1 > 0.5);
        assert_eq!(spread(&[]), None);
    }
}
