//! Constant patterns and sets of words, made when first used.

use regex::Regex;

/// A constant pattern under a name.
macro_rules! pattern {
    ($(#[$doc:meta])* $visible:vis $name:ident, $text:expr $(,)?) => {
        $(#[$doc])*
        $visible static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| crate::pattern::constant($text));
    };
}

/// A set of words, told as a text with spaces between them.
macro_rules! words {
    ($(#[$doc:meta])* $visible:vis $name:ident, $text:literal $(,)?) => {
        $(#[$doc])*
        $visible static $name: std::sync::LazyLock<std::collections::HashSet<&str>> =
            std::sync::LazyLock::new(|| $text.split_whitespace().collect());
    };
}

/// Phrases, told as a text with commas between them.
macro_rules! phrases {
    ($(#[$doc:meta])* $visible:vis $name:ident, $text:literal $(,)?) => {
        $(#[$doc])*
        $visible static $name: std::sync::LazyLock<Vec<&str>> =
            std::sync::LazyLock::new(|| $text.split(',').map(str::trim).collect());
    };
}

/// A constant pattern. Its borders of words go by ASCII letters: with those of
/// Unicode, a text with one curly quote is searched without an automaton, many
/// times slower.
#[allow(clippy::expect_used, reason = "constants, compiled by every test")]
pub(crate) fn constant(pattern: &str) -> Regex {
    Regex::new(&pattern.replace(r"\b", r"(?-u:\b)")).expect("the pattern is constant")
}
