//! `field|modifier|modifier`.

use crate::{RuleError, pattern::Anchor};

/// How text is encoded before it is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Wide,
    WideBig,
    WideMark,
    Base64,
    Base64Offset,
}

/// A comparison of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// What kind of value the test takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Regex,
    Glob,
    Cidr,
    Exists,
    Number(Compare),
    Field,
}

/// A field with its modifiers.
#[derive(Clone, Debug)]
pub(crate) struct FieldSpec {
    /// `None` for keywords.
    pub field: Option<String>,
    pub kind: Kind,
    pub anchor: Anchor,
    pub all: bool,
    pub negated: bool,
    pub cased: bool,
    pub windash: bool,
    pub expand: bool,
    pub entropy: bool,
    pub length: bool,
    pub regex_ignore_case: bool,
    pub regex_multi_line: bool,
    pub regex_dot_all: bool,
    pub encodings: Vec<Encoding>,
}

impl FieldSpec {
    pub(crate) fn parse(key: &str) -> Result<Self, RuleError> {
        let mut parts = key.split('|');
        let field = parts.next().filter(|field| !field.is_empty());
        let mut spec = Self {
            field: field.map(str::to_owned),
            kind: Kind::Text,
            anchor: Anchor::Whole,
            all: false,
            negated: false,
            cased: false,
            windash: false,
            expand: false,
            entropy: false,
            length: false,
            regex_ignore_case: false,
            regex_multi_line: false,
            regex_dot_all: false,
            encodings: Vec::new(),
        };
        for modifier in parts {
            match modifier {
                "contains" => spec.anchor = Anchor::Anywhere,
                "startswith" => spec.anchor = Anchor::Start,
                "endswith" => spec.anchor = Anchor::End,
                "all" => spec.all = true,
                "neq" => spec.negated = true,
                "cased" => spec.cased = true,
                "windash" => spec.windash = true,
                "expand" => spec.expand = true,
                "re" => spec.kind = Kind::Regex,
                "i" => spec.regex_ignore_case = true,
                "m" => spec.regex_multi_line = true,
                "s" => spec.regex_dot_all = true,
                "glob" => spec.kind = Kind::Glob,
                "cidr" => spec.kind = Kind::Cidr,
                "exists" => spec.kind = Kind::Exists,
                "fieldref" => spec.kind = Kind::Field,
                "lt" => spec.kind = Kind::Number(Compare::Less),
                "lte" => spec.kind = Kind::Number(Compare::LessEqual),
                "gt" => spec.kind = Kind::Number(Compare::Greater),
                "gte" => spec.kind = Kind::Number(Compare::GreaterEqual),
                "entropy" => spec.entropy = true,
                "length" => spec.length = true,
                "wide" | "utf16le" => spec.encodings.push(Encoding::Wide),
                "utf16be" => spec.encodings.push(Encoding::WideBig),
                "utf16" => spec.encodings.push(Encoding::WideMark),
                "base64" => spec.encodings.push(Encoding::Base64),
                "base64offset" => spec.encodings.push(Encoding::Base64Offset),
                other => {
                    return Err(RuleError::new(
                        key,
                        format!(
                            "`{other}` is not a modifier; use contains, startswith, endswith, all, \
                             re, i, m, s, cidr, exists, lt, lte, gt, gte, neq, cased, windash, \
                             expand, fieldref, base64, base64offset, wide, utf16, utf16le, \
                             utf16be, glob, entropy or length"
                        ),
                    ));
                }
            }
        }
        if (spec.entropy || spec.length) && !matches!(spec.kind, Kind::Number(_)) {
            return Err(RuleError::new(
                key,
                "`entropy` and `length` need a comparison: `entropy|gt`",
            ));
        }
        Ok(spec)
    }
}
