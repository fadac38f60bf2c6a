//! Many texts searched for at once.

use std::sync::atomic::{AtomicU64, Ordering};

use aho_corasick::{
    Anchored,
    automaton::{Automaton, StateID},
    dfa::DFA,
    nfa::contiguous::NFA,
};

use crate::literal::Edge;

/// Predicates that need a text between two edges.
#[derive(Debug)]
pub(super) struct Owners {
    first: u8,
    last: u8,
    length: usize,
    before: Edge,
    after: Edge,
    pub(super) ids: Vec<u32>,
}

impl Owners {
    pub(super) fn new(text: &str, (before, after): (Edge, Edge), ids: Vec<u32>) -> Self {
        Self {
            first: text.bytes().next().unwrap_or_default(),
            last: text.bytes().last().unwrap_or_default(),
            length: text.len(),
            before,
            after,
            ids,
        }
    }

    /// Whether the edges are there, where the part ends at `end`.
    pub(super) fn fit(&self, text: &[u8], end: usize) -> bool {
        let outer = end.checked_sub(self.length + 1).and_then(|at| text.get(at));
        self.before.may_be(self.first, outer.copied())
            && self.after.may_be(self.last, text.get(end).copied())
    }
}

/// Searches for all parts at once.
#[derive(Debug)]
pub(super) struct Parts {
    /// Tells it from all others of the program.
    pub(super) number: u64,
    automaton: Kind,
}

#[derive(Debug)]
enum Kind {
    Fast(Box<DFA>),
    Small(Box<NFA>),
}

impl Parts {
    /// None where there are none, or too many.
    pub(super) fn new(texts: &[String], fast: usize) -> Option<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        if texts.is_empty() {
            return None;
        }
        let bytes: usize = texts.iter().map(String::len).sum();
        let automaton = if bytes <= fast {
            let mut builder = DFA::builder();
            builder.ascii_case_insensitive(true).prefilter(false);
            Kind::Fast(Box::new(builder.build(texts).ok()?))
        } else {
            let mut builder = NFA::builder();
            builder.ascii_case_insensitive(true).prefilter(false);
            Kind::Small(Box::new(builder.build(texts).ok()?))
        };
        Some(Self {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            automaton,
        })
    }

    /// Calls `found` with the number of each part in the text, and where it
    /// ends; it says whether that is of any use.
    pub(super) fn find(&self, text: &str, found: &mut impl FnMut(usize, usize) -> bool) {
        if let Some(start) = self.start() {
            self.find_from(start, text, 0, found);
        }
    }

    /// Where a search starts.
    pub(super) fn start(&self) -> Option<StateID> {
        match &self.automaton {
            Kind::Fast(automaton) => automaton.start_state(Anchored::No).ok(),
            Kind::Small(automaton) => automaton.start_state(Anchored::No).ok(),
        }
    }

    /// As [`Parts::find`], where the search of all before `from` led to
    /// `state`; gives where that of the whole text leads to.
    pub(super) fn find_from(
        &self,
        state: StateID,
        text: &str,
        from: usize,
        found: &mut impl FnMut(usize, usize) -> bool,
    ) -> StateID {
        let text = text.as_bytes();
        match &self.automaton {
            Kind::Fast(automaton) => find(automaton.as_ref(), state, text, from, found),
            Kind::Small(automaton) => find(automaton.as_ref(), state, text, from, found),
        }
    }
}

/// The library's own search for overlapping parts is made for few bytes at a
/// time; this one asks each state once.
fn find(
    automaton: &impl Automaton,
    mut state: StateID,
    text: &[u8],
    mut from: usize,
    found: &mut impl FnMut(usize, usize) -> bool,
) -> StateID {
    loop {
        let matching;
        (state, matching) = next_match(automaton, text, state, from);
        let Some(end) = matching else {
            return state;
        };
        for at in 0..automaton.match_len(state) {
            found(automaton.match_pattern(state, at).as_usize(), end);
        }
        from = end;
    }
}

/// The next state in which a part ends, and the place behind it; else the last
/// state. A function of its own: what is done with a match would take its
/// registers.
#[inline(never)]
fn next_match(
    automaton: &impl Automaton,
    text: &[u8],
    mut state: StateID,
    from: usize,
) -> (StateID, Option<usize>) {
    let mut rest = text.get(from..).unwrap_or_default();
    while let Some((byte, behind)) = rest.split_first() {
        state = automaton.next_state(Anchored::No, state, *byte);
        rest = behind;
        if automaton.is_special(state) && automaton.is_match(state) {
            return (state, Some(text.len() - rest.len()));
        }
    }
    (state, None)
}
