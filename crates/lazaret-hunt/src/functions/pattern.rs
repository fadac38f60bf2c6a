//! Regular expressions, compiled once and bounded in size.

use std::{cell::RefCell, collections::HashMap};

use regex::{Regex, RegexBuilder};

/// Bytes a compiled expression may take.
const SIZE: usize = 8 << 20;
/// Expressions kept per thread.
const KEPT: usize = 128;

/// Compiles an expression.
///
/// # Errors
/// Why it cannot be: its syntax, or its size once compiled.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .size_limit(SIZE)
        .nest_limit(200)
        .build()
        .map_err(|error| {
            let text = error.to_string();
            text.lines()
                .last()
                .unwrap_or("not a regular expression")
                .trim()
                .to_owned()
        })
}

/// Runs `work` with the compiled expression; `None` when it cannot be compiled.
pub fn with<T>(pattern: &str, work: impl FnOnce(&Regex) -> T) -> Option<T> {
    thread_local! {
        static CACHE: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
    }
    CACHE.with_borrow_mut(|cache| {
        if !cache.contains_key(pattern) {
            if cache.len() >= KEPT {
                cache.clear();
            }
            cache.insert(pattern.to_owned(), compile(pattern).ok());
        }
        cache.get(pattern)?.as_ref().map(work)
    })
}
