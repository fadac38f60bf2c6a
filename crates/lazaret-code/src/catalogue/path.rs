//! How entries point into arguments.

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A position, of arguments or list elements; negative from the end.
    At(i64),
    /// A keyword argument, a map key, an attribute.
    Name(Box<str>),
    /// All positional arguments, joined with blanks.
    All,
    /// The object whose method is called.
    Receiver,
    /// A fixed text.
    Literal(Box<str>),
}

/// Alternatives of paths: `0|url`, `0.hostname|0.host`, `self`, `*`, `'x'`.
/// The first that is there is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector(pub Vec<Vec<Segment>>);

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// Fixed text.
    Text(Box<str>),
    /// What a selector finds, or nothing.
    Select(Selector),
}

/// A selector alone, or a text with selectors in braces:
/// `{0.protocol|'http:'}//{0.hostname}{0.path}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Template {
    /// The value itself.
    One(Selector),
    /// Parts joined.
    Joined(Vec<TemplatePart>),
    /// Alternatives (`||`): the first that finds something.
    Any(Vec<Template>),
}

impl Selector {
    /// Parses a selector.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split('|')
            .map(|path| {
                let path = path.trim();
                if let Some(literal) = path.strip_prefix('\'') {
                    let literal = literal.strip_suffix('\'').unwrap_or(literal);
                    return Ok(vec![Segment::Literal(literal.into())]);
                }
                path.split('.')
                    .map(|segment| match segment {
                        "" => Err(format!("`{text}` has an empty step")),
                        "*" => Ok(Segment::All),
                        "self" => Ok(Segment::Receiver),
                        other => Ok(match other.parse() {
                            Ok(position) => Segment::At(position),
                            Err(_) => Segment::Name(other.into()),
                        }),
                    })
                    .collect()
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Template {
    /// Parses a template.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.contains("||") {
            return text
                .split("||")
                .map(Self::parse)
                .collect::<Result<_, _>>()
                .map(Self::Any);
        }
        if !text.contains('{') {
            return Selector::parse(text).map(Self::One);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inner, after) = after
                .split_once('}')
                .ok_or_else(|| format!("`{text}` lacks a `}}`"))?;
            if !before.is_empty() {
                parts.push(TemplatePart::Text(before.into()));
            }
            parts.push(TemplatePart::Select(Selector::parse(inner)?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(TemplatePart::Text(rest.into()));
        }
        Ok(Self::Joined(parts))
    }
}
