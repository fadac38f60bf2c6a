//! Selections: maps and lists of tests.

use std::collections::BTreeMap;

use yaml_serde::Value;

use crate::{
    FieldValue, Fields, RuleError,
    encode::{dashes, forms},
    fields::show,
    matcher::{Matcher, Network, Texts},
    modifier::{FieldSpec, Kind},
    pattern::{Anchor, Expression, Pattern},
};

/// How to compile.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values for `%name%` in fields with the modifier `expand`.
    pub placeholders: BTreeMap<String, Vec<String>>,
    /// Patterns are compiled when first used, for rules that are known to be
    /// sound: one that cannot be compiled then never matches.
    pub deferred: bool,
    /// An empty list is no value, which nothing has; else it is an error, as in
    /// Sigma.
    pub empty_lists: bool,
    /// Fields that are one text although it may have several lines: `.` of an
    /// expression stands for their ends as well.
    pub one_line: &'static [&'static str],
    /// Fields whose values are dear to find: they are asked late.
    pub dear: &'static [&'static str],
}

/// A compiled selection.
#[derive(Debug)]
pub struct Selection {
    pub(crate) node: Node,
}

#[derive(Debug)]
pub(crate) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Test { field: String, matcher: Matcher },
    Keywords(Texts),
}

impl Selection {
    /// Compiles a map or list of tests.
    pub fn compile(value: &Value, options: &Options) -> Result<Self, RuleError> {
        compile(value, options).map(|node| Self { node })
    }

    /// Whether it holds.
    pub fn matches(&self, fields: &dyn Fields) -> bool {
        self.node.matches(fields)
    }

    /// Every field that it looks at.
    pub fn fields(&self) -> Vec<&str> {
        let mut out = Vec::new();
        self.node.fields(&mut out);
        out.sort_unstable();
        out.dedup();
        out
    }
}

impl Node {
    pub(crate) fn matches(&self, fields: &dyn Fields) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.matches(fields)),
            Self::Any(nodes) => nodes.iter().any(|node| node.matches(fields)),
            Self::Not(node) => !node.matches(fields),
            Self::Test { field, matcher } => {
                let value: Option<FieldValue<'_>> = fields.get(field);
                matcher.matches(value.as_ref(), fields)
            }
            Self::Keywords(texts) => fields.any_text(&mut |text| texts.matches(text)),
        }
    }

    fn fields<'a>(&'a self, out: &mut Vec<&'a str>) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().for_each(|node| node.fields(out)),
            Self::Not(node) => node.fields(out),
            Self::Test { field, .. } => out.push(field),
            Self::Keywords(_) => {}
        }
    }
}

fn compile(value: &Value, options: &Options) -> Result<Node, RuleError> {
    match value {
        Value::Mapping(map) => {
            let mut nodes = Vec::with_capacity(map.len());
            for (key, value) in map {
                let key = key
                    .as_str()
                    .ok_or_else(|| RuleError::new("", "a field name must be text"))?;
                nodes.push(test(key, value, options).map_err(|error| error.within(key))?);
            }
            Ok(Node::All(nodes))
        }
        Value::Sequence(list) if list.iter().any(Value::is_mapping) => {
            let nodes: Result<Vec<_>, _> = list
                .iter()
                .enumerate()
                .map(|(at, item)| {
                    compile(item, options)
                        .map_err(|error| error.within(&format!("item {}", at + 1)))
                })
                .collect();
            Ok(Node::Any(nodes?))
        }
        Value::Sequence(_) | Value::String(_) | Value::Number(_) => {
            test("|contains", value, options)
        }
        _ => Err(RuleError::new(
            "",
            "a selection is a map of `field: value`, or a list of maps or keywords",
        )),
    }
}

fn test(key: &str, value: &Value, options: &Options) -> Result<Node, RuleError> {
    let mut spec = FieldSpec::parse(key)?;
    if spec.field.is_none() && spec.kind == Kind::Text {
        spec.anchor = Anchor::Anywhere;
    }
    let values: Vec<&Value> = match value {
        Value::Sequence(list) => list.iter().collect(),
        other => vec![other],
    };
    if values.is_empty() && options.empty_lists {
        return Ok(negate(Node::Any(Vec::new()), spec.negated));
    }
    if values.is_empty() {
        return Err(RuleError::new(
            "",
            "an empty list never matches; give a value",
        ));
    }
    let field = spec.field.as_deref();
    let dot_all = spec.regex_dot_all || field.is_some_and(|f| options.one_line.contains(&f));
    let mut nodes = Vec::new();
    let mut patterns = Vec::new();
    let mut networks = Vec::new();
    for value in values {
        match (spec.kind, value) {
            (Kind::Exists, Value::Bool(wanted)) => nodes.push(Matcher::Exists(*wanted)),
            (Kind::Exists, Value::String(text)) if text == "yes" || text == "no" => {
                nodes.push(Matcher::Exists(text == "yes"));
            }
            (Kind::Exists, _) => return Err(RuleError::new("", "`exists` is true or false")),
            (Kind::Number(compare), _) => {
                let limit = number(value)
                    .ok_or_else(|| RuleError::new("", "a comparison needs a number"))?;
                nodes.push(if spec.entropy {
                    Matcher::Entropy(compare, limit)
                } else if spec.length {
                    Matcher::Length(compare, limit)
                } else {
                    Matcher::Number(compare, limit)
                });
            }
            (Kind::Field, Value::String(field)) => nodes.push(Matcher::Same(field.clone())),
            (Kind::Text, Value::Null) => nodes.push(Matcher::Null),
            (kind, value) => {
                let text = text(value)?;
                for text in expand(&text, &spec, options)? {
                    match kind {
                        Kind::Regex => patterns.push(Pattern::Regex(Expression::new(
                            text,
                            spec.regex_ignore_case || !spec.cased,
                            spec.regex_multi_line,
                            dot_all,
                        ))),
                        Kind::Glob => patterns.push(Pattern::glob(&text, spec.cased)?),
                        Kind::Cidr => networks.push(Network::parse(&text).ok_or_else(|| {
                            RuleError::new(
                                "",
                                format!("`{text}` is not a network such as 10.0.0.0/8"),
                            )
                        })?),
                        _ => push_text(&text, &spec, &mut patterns)?,
                    }
                }
            }
        }
    }
    if !patterns.is_empty() {
        let cased = spec.cased || !spec.encodings.is_empty();
        // With encodings or dashes one value has several forms, any of which will do.
        let texts = Texts::new(patterns, spec.all && !spec.windash, cased);
        if !options.deferred {
            texts.check()?;
        }
        match &spec.field {
            None => return Ok(negate(Node::Keywords(texts), spec.negated)),
            Some(_) => nodes.push(Matcher::Texts(texts)),
        }
    }
    if !networks.is_empty() {
        nodes.push(Matcher::Networks(networks));
    }
    let field = spec
        .field
        .clone()
        .ok_or_else(|| RuleError::new("", "this modifier needs a field name before it"))?;
    let mut nodes: Vec<Node> = nodes
        .into_iter()
        .map(|matcher| Node::Test {
            field: field.clone(),
            matcher,
        })
        .collect();
    let node = match (nodes.len(), nodes.pop()) {
        (1, Some(node)) => node,
        (_, last) => {
            nodes.extend(last);
            if spec.all {
                Node::All(nodes)
            } else {
                Node::Any(nodes)
            }
        }
    };
    Ok(negate(node, spec.negated))
}

fn negate(node: Node, negated: bool) -> Node {
    if negated {
        Node::Not(Box::new(node))
    } else {
        node
    }
}

fn push_text(text: &str, spec: &FieldSpec, out: &mut Vec<Pattern>) -> Result<(), RuleError> {
    let texts = if spec.windash {
        dashes(text)
    } else {
        vec![text.to_owned()]
    };
    for text in texts {
        if spec.encodings.is_empty() {
            out.push(Pattern::sigma(&text, spec.anchor, spec.cased)?);
        } else {
            for form in forms(&text, &spec.encodings) {
                out.push(Pattern::sigma(
                    &form.replace('*', "\\*"),
                    spec.anchor,
                    true,
                )?);
            }
        }
    }
    Ok(())
}

fn expand(text: &str, spec: &FieldSpec, options: &Options) -> Result<Vec<String>, RuleError> {
    if !spec.expand {
        return Ok(vec![text.to_owned()]);
    }
    let mut out = vec![text.to_owned()];
    for (name, values) in &options.placeholders {
        let mark = format!("%{name}%");
        if text.contains(&mark) {
            out = out
                .iter()
                .flat_map(|text| values.iter().map(|value| text.replace(&mark, value)))
                .collect();
        }
    }
    if let Some(left) = out.iter().find(|text| text.matches('%').count() >= 2) {
        return Err(RuleError::new(
            "",
            format!("`{left}` has a placeholder that nothing was given for"),
        ));
    }
    Ok(out)
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn text(value: &Value) -> Result<String, RuleError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.as_f64().map_or_else(|| number.to_string(), show)),
        Value::Bool(truth) => Ok(truth.to_string()),
        _ => Err(RuleError::new(
            "",
            "a value is text, a number, true, false or null",
        )),
    }
}
