//! Predicates over named fields, the same for predicted and observed
//! behaviours.
//!
//! The language is that of the detection section of a Sigma rule
//! (Sigma specification 2.1, <https://sigmahq.io/sigma-specification/>):
//! named selections, each a map (all keys must match) or a list (any element
//! must match) of `field|modifier…: value` pairs, and a condition that joins
//! them. Two modifiers are ours: `entropy` compares the Shannon entropy of a
//! text, `glob` matches a path.
//!
//! ```
//! use lazaret_rule::{Options, Predicate, Record};
//!
//! let yaml = "
//! selection:
//!   program: [curl, wget]
//!   command|contains: 'http'
//! quiet:
//!   command|contains: '--version'
//! condition: selection and not quiet
//! ";
//! let predicate = Predicate::parse(yaml, &Options::default()).unwrap();
//! let event = Record::from_iter([("program", "CURL"), ("command", "curl http://192.0.2.1/x")]);
//! assert!(predicate.matches(&event));
//! ```

mod condition;
mod cost;
mod encode;
mod error;
mod fields;
mod index;
mod literal;
mod matcher;
mod modifier;
mod pattern;
mod possible;
mod predicate;
mod selection;

pub use condition::{Condition, Quantity};
pub use error::RuleError;
pub use fields::{FieldValue, Fields, Record};
pub use index::{Folders, Narrowed, RuleIndex, RuleIndexBuilder};
pub use predicate::{Predicate, Tells};
pub use selection::{Options, Selection};

/// Shannon entropy of a text's bytes, in bits for each byte (0–8).
pub fn entropy(text: &[u8]) -> f64 {
    if text.is_empty() {
        return 0.0;
    }
    let mut counts = [0_u32; 256];
    for byte in text {
        counts[usize::from(*byte)] += 1;
    }
    let total = text.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / total;
            -share * share.log2()
        })
        .sum()
}
