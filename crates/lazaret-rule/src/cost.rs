//! Cheap tests before dear ones: mostly the first already tells.

use crate::{
    matcher::{Matcher, Texts},
    selection::Node,
};

/// Of the tests of a text: comparing, searching, running an expression.
const COMPARE: usize = 1;
const SEARCH: usize = 8;
const EXPRESSION: usize = 32;

/// Of a field whose value is dear.
const DEAR: usize = 24;

impl Node {
    /// About how much work it is to ask; the values of `dear` fields are, too.
    pub(crate) fn cost(&self, dear: &[&str]) -> usize {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().map(|n| n.cost(dear)).sum(),
            Self::Not(node) => node.cost(dear),
            Self::Test { field, matcher } => {
                let value = usize::from(dear.contains(&field.as_str())) * DEAR;
                value + matcher.cost()
            }
            // Of every field.
            Self::Keywords(texts) => 16 * texts.cost(),
        }
    }

    /// Puts what has to hold together, or of which one has to hold, in order.
    pub(crate) fn cheapest_first(&mut self, dear: &[&str]) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => {
                nodes.iter_mut().for_each(|node| node.cheapest_first(dear));
                nodes.sort_by_key(|node| node.cost(dear));
            }
            Self::Not(node) => node.cheapest_first(dear),
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
