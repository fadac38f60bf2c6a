//! A hunt that wants more memory than it may have spills, or says so.

use std::time::Duration;

use lazaret_hunt::{Hunt, HuntError, Language, Options};

use crate::staged::options;

/// 600,000 different texts, about 60 MB with what sorting them takes.
const ROWS: &str = "range n from 1 to 600000 step 1
    | extend text = strcat('something that is no short text ', tostring(hash(n)))";

fn hunt(memory: usize, spill: u64) -> Hunt {
    Hunt::new(Options {
        memory,
        spill,
        ..options()
    })
    .unwrap()
}

#[test]
fn sorts_and_groups_spill() {
    let tight = hunt(32 << 20, 4 << 30);
    let sorted = format!(
        "{ROWS} | sort by text asc | extend at = row_number() | where at == 300000 | project at"
    );
    let grouped = format!("{ROWS} | summarize n = max(n) by text | summarize count(), sum(n)");
    let wanted = [("300000", sorted), ("600000", grouped)];
    for (first, query) in wanted {
        let result = tight.run(Language::Kql, &query).unwrap();
        assert_eq!(result.rows()[0][0].to_string(), first, "{query}");
    }
}

#[test]
fn what_cannot_spill_is_an_error_that_names_the_option() {
    // No room on disk, and a set that is one value.
    let sorted =
        format!("{ROWS} | sort by text asc | extend at = row_number() | summarize max(at)");
    let set = format!(
        "{ROWS} | summarize all = make_set(text) | extend n = array_length(all) | project n"
    );
    for (tight, query) in [
        (hunt(16 << 20, 1 << 20), sorted),
        (hunt(16 << 20, 4 << 30), set),
    ] {
        match tight.run(Language::Kql, &query) {
            Err(HuntError::Memory(said)) => {
                assert!(
                    said.contains("the limit of 16 MiB") || said.contains("disk"),
                    "{said}"
                )
            }
            other => panic!("{query}: {other:?}"),
        }
    }
}

/// Both threads spill what they send each other: with one file for both, one run in
/// ten or so waited for itself for ever.
#[test]
fn groups_of_several_threads_that_spill_come_to_an_end() {
    let tight = Hunt::new(Options {
        memory: 12 << 20,
        timeout: Duration::from_secs(120),
        ..options()
    })
    .unwrap();
    let rows = ROWS.replace("600000", "300000");
    let grouped = format!("{rows} | summarize n = max(n) by text | summarize count()");
    for _ in 0..6 {
        let result = tight.run(Language::Kql, &grouped).unwrap();
        assert_eq!(result.rows()[0][0].to_string(), "300000");
    }
}
