//! A whole detection: selections and a condition.

use yaml_serde::Value;

use crate::literal::{Edge, worth};
use crate::{
    Condition, Fields, Options, RuleError, Selection, condition::Quantity, matcher::Matcher,
    possible::Possible, selection::Node,
};

/// A compiled detection section.
#[derive(Debug)]
pub struct Predicate {
    selections: Vec<(String, Selection)>,
    /// The condition as written, with selections by number.
    condition: Resolved,
}

#[derive(Debug)]
enum Resolved {
    Selection(usize),
    Group(Quantity, Vec<usize>),
    And(Vec<Resolved>),
    Or(Vec<Resolved>),
    Not(Box<Resolved>),
}

impl Resolved {
    fn cost(&self, costs: &[usize]) -> usize {
        let of = |at: &usize| costs.get(*at).copied().unwrap_or_default();
        match self {
            Self::Selection(at) => of(at),
            Self::Group(_, group) => group.iter().map(of).sum(),
            Self::And(parts) | Self::Or(parts) => parts.iter().map(|p| p.cost(costs)).sum(),
            Self::Not(part) => part.cost(costs),
        }
    }

    /// As [`Node::cheapest_first`]; `costs` are those of the selections.
    fn cheapest_first(&mut self, costs: &[usize]) {
        match self {
            Self::Selection(_) => {}
            Self::Group(_, group) => group.sort_by_key(|at| costs.get(*at).copied()),
            Self::And(parts) | Self::Or(parts) => {
                parts.iter_mut().for_each(|part| part.cheapest_first(costs));
                parts.sort_by_key(|part| part.cost(costs));
            }
            Self::Not(part) => part.cheapest_first(costs),
        }
    }
}

impl Predicate {
    /// Compiles YAML text.
    pub fn parse(yaml: &str, options: &Options) -> Result<Self, RuleError> {
        let value: Value = yaml_serde::from_str(yaml)?;
        Self::compile(&value, options)
    }

    /// Compiles the `detection` map of a rule: selections and `condition`
    /// (a text, or a list of texts any of which will do).
    pub fn compile(detection: &Value, options: &Options) -> Result<Self, RuleError> {
        let map = detection.as_mapping().ok_or_else(|| {
            RuleError::new("", "a detection is a map of selections and a condition")
        })?;
        let mut selections = Vec::new();
        let mut conditions = Vec::new();
        for (key, value) in map {
            let key = key
                .as_str()
                .ok_or_else(|| RuleError::new("", "the name of a selection must be text"))?;
            match (key, value) {
                ("condition", Value::String(text)) => conditions.push(text.clone()),
                ("condition", Value::Sequence(list)) => {
                    for text in list {
                        let text = text
                            .as_str()
                            .ok_or_else(|| RuleError::new("condition", "must be text"))?;
                        conditions.push(text.to_owned());
                    }
                }
                ("condition", _) => return Err(RuleError::new("condition", "must be text")),
                // Correlation of older rules; without meaning for one event.
                ("timeframe", _) => {}
                _ => {
                    let mut selection =
                        Selection::compile(value, options).map_err(|error| error.within(key))?;
                    selection.node.cheapest_first(options.dear);
                    selections.push((key.to_owned(), selection));
                }
            }
        }
        if conditions.is_empty() {
            return Err(RuleError::new("condition", "is missing"));
        }
        let names: Vec<&str> = selections.iter().map(|(name, _)| name.as_str()).collect();
        let mut parts = Vec::new();
        for text in &conditions {
            let condition = Condition::parse(text, &names)?;
            parts.push(resolve(&condition, &names)?);
        }
        let costs = selections.iter().map(|(_, s)| s.node.cost(options.dear));
        let costs: Vec<usize> = costs.collect();
        let mut condition = Resolved::Or(parts);
        condition.cheapest_first(&costs);
        Ok(Self {
            condition,
            selections,
        })
    }

    /// Whether it holds.
    pub fn matches(&self, fields: &dyn Fields) -> bool {
        self.eval(&self.condition, fields)
    }

    /// Whether it could hold for what has the same values in the fields that
    /// `known` is true of, whatever the others are.
    pub fn may_match(&self, fields: &dyn Fields, known: &dyn Fn(&str) -> bool) -> bool {
        self.possible(&self.condition, fields, known).yes
    }

    fn possible(
        &self,
        condition: &Resolved,
        fields: &dyn Fields,
        known: &dyn Fn(&str) -> bool,
    ) -> Possible {
        let of = |at: &usize| match self.selections.get(*at) {
            Some((_, selection)) => selection.node.possible(fields, known),
            None => Possible::of(false),
        };
        match condition {
            Resolved::Selection(at) => of(at),
            Resolved::Group(quantity, group) => {
                let least = match quantity {
                    Quantity::All => group.len(),
                    Quantity::AtLeast(count) => *count,
                };
                let all: Vec<Possible> = group.iter().map(of).collect();
                Possible {
                    yes: all.iter().filter(|each| each.yes).count() >= least,
                    no: all.iter().filter(|each| !each.no).count() < least,
                }
            }
            Resolved::And(parts) => {
                Possible::all(parts.iter().map(|part| self.possible(part, fields, known)))
            }
            Resolved::Or(parts) => {
                Possible::any(parts.iter().map(|part| self.possible(part, fields, known)))
            }
            Resolved::Not(part) => self.possible(part, fields, known).not(),
        }
    }

    /// The names of the selections that hold; what a match rests on.
    pub fn matched_selections(&self, fields: &dyn Fields) -> Vec<&str> {
        self.selections
            .iter()
            .filter(|(_, selection)| selection.matches(fields))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// Every field that it looks at, sorted.
    pub fn fields(&self) -> Vec<&str> {
        let mut out: Vec<&str> = self
            .selections
            .iter()
            .flat_map(|(_, selection)| selection.fields())
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Whether it can only hold where a field whose name starts with `prefix`
    /// has a value.
    pub fn needs(&self, prefix: &str) -> bool {
        self.condition_needs(&self.condition, prefix)
    }

    fn condition_needs(&self, condition: &Resolved, prefix: &str) -> bool {
        let of = |at: &usize| {
            let selection = self.selections.get(*at);
            selection.is_some_and(|(_, selection)| node_needs(&selection.node, prefix))
        };
        match condition {
            Resolved::Selection(at) => of(at),
            Resolved::Group(Quantity::All, group) => group.iter().any(of),
            Resolved::Group(Quantity::AtLeast(0), _) | Resolved::Not(_) => false,
            Resolved::Group(Quantity::AtLeast(_), group) => {
                !group.is_empty() && group.iter().all(of)
            }
            Resolved::And(parts) => parts.iter().any(|part| self.condition_needs(part, prefix)),
            Resolved::Or(parts) => {
                !parts.is_empty() && parts.iter().all(|part| self.condition_needs(part, prefix))
            }
        }
    }

    fn eval(&self, condition: &Resolved, fields: &dyn Fields) -> bool {
        let holds = |at: usize| {
            self.selections
                .get(at)
                .is_some_and(|(_, selection)| selection.matches(fields))
        };
        match condition {
            Resolved::Selection(at) => holds(*at),
            Resolved::Group(Quantity::All, group) => group.iter().all(|at| holds(*at)),
            Resolved::Group(Quantity::AtLeast(count), group) => {
                *count == 0 || group.iter().filter(|at| holds(**at)).take(*count).count() == *count
            }
            Resolved::And(parts) => parts.iter().all(|part| self.eval(part, fields)),
            Resolved::Or(parts) => parts.iter().any(|part| self.eval(part, fields)),
            Resolved::Not(part) => !self.eval(part, fields),
        }
    }

    /// The cheapest set of facts, one of which every match must have; `None`
    /// where there is no such set. `fields` says which facts count.
    pub(crate) fn required(&self, fields: &dyn Fn(&str) -> Tells) -> Option<Vec<Required<'_>>> {
        self.required_of(&self.condition, fields)
    }

    fn required_of(
        &self,
        condition: &Resolved,
        fields: &dyn Fn(&str) -> Tells,
    ) -> Option<Vec<Required<'_>>> {
        let of = |at: &usize| {
            self.selections
                .get(*at)
                .and_then(|(_, selection)| required(&selection.node, fields))
        };
        match condition {
            Resolved::Selection(at) => of(at),
            Resolved::Group(Quantity::All, group) => best(group.iter().filter_map(of)),
            Resolved::Group(Quantity::AtLeast(0), _) | Resolved::Not(_) => None,
            Resolved::Group(Quantity::AtLeast(_), group) => union(group.iter().map(of)),
            Resolved::And(parts) => best(
                parts
                    .iter()
                    .filter_map(|part| self.required_of(part, fields)),
            ),
            Resolved::Or(parts) => union(parts.iter().map(|part| self.required_of(part, fields))),
        }
    }
}

fn resolve(condition: &Condition, names: &[&str]) -> Result<Resolved, RuleError> {
    let number = |name: &String| {
        names
            .iter()
            .position(|known| known == name)
            .ok_or_else(|| RuleError::new("condition", format!("no selection `{name}`")))
    };
    let all = |parts: &[Condition]| -> Result<Vec<Resolved>, RuleError> {
        parts.iter().map(|part| resolve(part, names)).collect()
    };
    Ok(match condition {
        Condition::Name(name) => Resolved::Selection(number(name)?),
        Condition::Group(quantity, group) => Resolved::Group(
            *quantity,
            group.iter().map(number).collect::<Result<_, _>>()?,
        ),
        Condition::And(parts) => Resolved::And(all(parts)?),
        Condition::Or(parts) => Resolved::Or(all(parts)?),
        Condition::Not(part) => Resolved::Not(Box::new(resolve(part, names)?)),
    })
}

fn node_needs(node: &Node, prefix: &str) -> bool {
    match node {
        Node::All(nodes) => nodes.iter().any(|node| node_needs(node, prefix)),
        Node::Any(nodes) => !nodes.is_empty() && nodes.iter().all(|n| node_needs(n, prefix)),
        Node::Not(_) | Node::Keywords(_) => false,
        Node::Test { field, matcher } => !absent(matcher) && field.starts_with(prefix),
    }
}

/// Whether it holds of what has no value.
fn absent(matcher: &Matcher) -> bool {
    matches!(matcher, Matcher::Exists(false) | Matcher::Null)
}

/// A fact that a match must have.
#[derive(Clone, Debug)]
pub(crate) struct Required<'a> {
    pub field: &'a str,
    pub text: &'a str,
    /// Where in the field the text must be.
    pub place: Place,
    /// Whether the field tells little.
    little: bool,
}

/// What a field tells of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// Too little to look for it.
    Nothing,
    /// It has one of few values, as many other events have it.
    Little,
    /// Its values tell something.
    Value,
    /// So does that it is there: few events have it.
    Presence,
    /// Its values tell something, and are what follows the last of a character
    /// in the values of another field, or those whole.
    End {
        /// The other field.
        of: &'static str,
        /// The character.
        behind: char,
    },
}

/// Where a text is in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is the whole field.
    Whole,
    /// It is a part, between these.
    Part(Edge, Edge),
    /// It is not known, only that the field has a value.
    Any,
}

/// Texts that are worth more than this tell enough.
const ENOUGH: usize = 24;

/// What any value is worth of a field that tells little: less than any text.
const LITTLE: usize = 3;

impl Required<'_> {
    /// The same of the field that this one is the end of, if it is: one of
    /// these, where the fact is true.
    pub(crate) fn placed(&self, tells: Tells) -> Vec<(&str, String, Place)> {
        let text = self.text.to_ascii_lowercase();
        let Tells::End { of, behind } = tells else {
            return vec![(self.field, text, self.place)];
        };
        let behind = match self.place {
            Place::Any => return vec![(self.field, text, self.place)],
            Place::Whole => Some(Place::Part(Edge::Open, Edge::Space)),
            Place::Part(Edge::Space, after) => Some(Place::Part(Edge::Open, after)),
            Place::Part(..) => None,
        }
        .map(|place| (of, format!("{behind}{text}"), place));
        std::iter::once((of, text, self.place))
            .chain(behind)
            .collect()
    }

    fn worth(&self) -> usize {
        if self.little {
            return LITTLE;
        }
        match self.place {
            Place::Whole => (2 * self.text.len() + 16).min(ENOUGH),
            Place::Part(before, after) => worth(self.text, before, after).min(ENOUGH),
            // Of little avail were a value that every event has.
            Place::Any => ENOUGH + 1,
        }
    }
}

fn required<'a>(node: &'a Node, fields: &dyn Fn(&str) -> Tells) -> Option<Vec<Required<'a>>> {
    match node {
        Node::All(nodes) => best(nodes.iter().filter_map(|node| required(node, fields))),
        Node::Any(nodes) => union(nodes.iter().map(|node| required(node, fields))),
        Node::Not(_) | Node::Keywords(_) => None,
        Node::Test { field, matcher } => {
            let tells = fields(field);
            let there = matches!(tells, Tells::Presence) && !absent(matcher);
            let there = there.then(|| {
                let (text, place) = ("", Place::Any);
                let little = false;
                vec![Required {
                    field,
                    text,
                    place,
                    little,
                }]
            });
            let Matcher::Texts(texts) = matcher else {
                return there;
            };
            if tells == Tells::Nothing {
                return None;
            }
            let little = tells == Tells::Little;
            let place = |text, place| Required {
                field,
                text,
                place,
                little,
            };
            let parts = |texts: &'a [String], before, after| {
                let place =
                    move |text: &'a String| place(text.as_str(), Place::Part(before, after));
                texts.iter().map(place)
            };
            let exact = texts.exact.iter();
            let mut facts: Vec<Required<'_>> = exact
                .map(|text| place(text.as_str(), Place::Whole))
                .chain(parts(&texts.prefix, Edge::Space, Edge::Open))
                .chain(parts(&texts.suffix, Edge::Open, Edge::Space))
                .chain(parts(&texts.contains, Edge::Open, Edge::Open))
                .collect();
            let mut of_expressions = texts.regex.iter().map(|expression| {
                let literals = expression.required()?.iter();
                Some(literals.map(|l| place(&l.text, Place::Part(l.before, l.after))))
            });
            if texts.all {
                let longest = facts.into_iter().max_by_key(Required::worth);
                let longest = longest.filter(|fact| !fact.text.is_empty());
                let alone = longest.map(|fact| vec![fact]);
                return best(
                    alone
                        .into_iter()
                        .chain(of_expressions.flatten().map(Iterator::collect)),
                );
            }
            facts.extend(of_expressions.try_fold(Vec::new(), |mut all, each| {
                all.extend(each?);
                Some(all)
            })?);
            let usable = facts.iter().all(|fact| !fact.text.is_empty());
            usable.then_some(facts)
        }
    }
}

/// Of several sets, each of which must be met, the most selective one.
fn best<'a>(sets: impl Iterator<Item = Vec<Required<'a>>>) -> Option<Vec<Required<'a>>> {
    sets.max_by_key(|set| {
        let weakest = set.iter().map(Required::worth).min().unwrap_or(0);
        (weakest, std::cmp::Reverse(set.len()))
    })
}

/// Of several sets, one of which must be met, all together.
fn union<'a>(sets: impl Iterator<Item = Option<Vec<Required<'a>>>>) -> Option<Vec<Required<'a>>> {
    let mut out = Vec::new();
    for set in sets {
        out.extend(set?);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rule_cannot_do_without() {
        let needs = |yaml: &str| {
            let predicate = Predicate::parse(yaml, &Options::default()).unwrap();
            predicate.needs("Install.")
        };
        assert!(needs(
            "a: {Install.Depth|gte: 1}\nb: {x: y}\ncondition: a and b"
        ));
        assert!(!needs(
            "a: {Install.Depth|gte: 1}\nb: {x: y}\ncondition: a or b"
        ));
        assert!(!needs(
            "a: {Install.Manager|exists: true}\ncondition: not a"
        ));
        assert!(!needs("a: {Install.Manager|exists: false}\ncondition: a"));
        assert!(needs(
            "a: {Install.Manager|exists: true}\ncondition: 1 of a*"
        ));
    }
}
