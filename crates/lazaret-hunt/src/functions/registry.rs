//! The scalar functions of KQL by name.

use std::{collections::BTreeMap, sync::LazyLock};

use super::cell::Cell;
use crate::value::ScalarType;

/// A function of one row.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// A letter a parameter: `s`tring, `l`ong, `r`eal, `b`ool, da`t`etime,
    /// timespa`n`, `d`ynamic, `*` any. Those after `?` may be left out, and
    /// the last is repeated when `+` ends the list.
    pub params: &'static str,
    /// The letter of its type, or the number of the argument whose type it has.
    pub returns: char,
    /// What it computes.
    pub eval: fn(&[Cell<'_>]) -> Cell<'static>,
}

impl Function {
    /// Least and most arguments.
    pub fn arity(&self) -> (usize, usize) {
        let count = |text: &str| text.chars().filter(|c| !matches!(c, '?' | '+')).count();
        let least = count(self.params.split('?').next().unwrap_or(""));
        let most = if self.params.ends_with('+') {
            4096
        } else {
            count(self.params)
        };
        (least, most)
    }

    /// The type wanted of argument `index`; `None` for any.
    pub fn wanted(&self, index: usize) -> Option<ScalarType> {
        let letters: Vec<char> = self
            .params
            .chars()
            .filter(|c| !matches!(c, '?' | '+'))
            .collect();
        letter(*letters.get(index).or(letters.last())?)
    }
}

/// The type of a letter.
pub fn letter(letter: char) -> Option<ScalarType> {
    Some(match letter {
        's' => ScalarType::String,
        'l' => ScalarType::Long,
        'r' => ScalarType::Real,
        'b' => ScalarType::Bool,
        't' => ScalarType::Datetime,
        'n' => ScalarType::Timespan,
        'd' => ScalarType::Dynamic,
        _ => return None,
    })
}

/// All functions.
pub fn all() -> &'static BTreeMap<&'static str, Function> {
    static ALL: LazyLock<BTreeMap<&'static str, Function>> = LazyLock::new(|| {
        [
            super::string::FUNCTIONS,
            super::convert::FUNCTIONS,
            super::math::FUNCTIONS,
            super::calendar::FUNCTIONS,
            super::array::FUNCTIONS,
            super::fit::FUNCTIONS,
            super::season::FUNCTIONS,
            super::network::FUNCTIONS,
            super::encoding::FUNCTIONS,
            super::punycode::FUNCTIONS,
            super::parse::FUNCTIONS,
            super::series::FUNCTIONS,
        ]
        .into_iter()
        .flatten()
        .map(|function| (function.name, *function))
        .collect()
    });
    &ALL
}
