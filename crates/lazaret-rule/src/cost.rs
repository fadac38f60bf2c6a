//! Cheap tests before dear ones: mostly the first already tells.

use crate::{
    matcher::{Matcher, Texts},
    selection::Node,
};

/// Of the tests of a text: comparing, searching, running an expression.
const COMPARE: usize = 1;
const SEARCH: usize = 8;
const EXPRESSION: usize = 32;

impl Node {
    /// About how much work it is to ask.
    pub(crate) fn cost(&self) -> usize {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().map(Self::cost).sum(),
            Self::Not(node) => node.cost(),
            Self::Test { matcher, .. } => matcher.cost(),
            // Of every field.
            Self::Keywords(texts) => 16 * texts.cost(),
        }
    }

    /// Puts what has to hold together, or of which one has to hold, in order.
    pub(crate) fn cheapest_first(&mut self) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => {
                nodes.iter_mut().for_each(Self::cheapest_first);
                nodes.sort_by_key(Self::cost);
            }
            Self::Not(node) => node.cheapest_first(),
            Self::Test { .. } | Self::Keywords(_) => {}
        }
    }
}

impl Matcher {
    fn cost(&self) -> usize {
        match self {
            Self::Exists(_) | Self::Null | Self::Number(..) | Self::Length(..) => COMPARE,
            Self::Texts(texts) => texts.cost(),
            Self::Networks(networks) => SEARCH + networks.len() * COMPARE,
            Self::Same(_) => 2 * COMPARE,
            Self::Entropy(..) => EXPRESSION,
        }
    }
}

impl Texts {
    fn cost(&self) -> usize {
        let compared = self.exact.len() + self.prefix.len() + self.suffix.len();
        let searched = usize::from(!self.contains.is_empty());
        // Of many names nearly all differ in their length.
        compared.div_ceil(4) * COMPARE + searched * SEARCH + self.regex.len() * EXPRESSION
    }
}
