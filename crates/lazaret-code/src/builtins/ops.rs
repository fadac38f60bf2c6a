//! Operators as most languages have them; a language overrides what differs.

use std::rc::Rc;

use crate::{
    interp::{Facts, Part, Unknown, Value},
    ir::{BinaryOp, UnaryOp},
};

/// Whether a value counts as true, as in Python: empty is false.
pub fn truthy(value: &Value) -> Option<bool> {
    Some(match value {
        Value::Undefined | Value::Null => false,
        Value::Bool(b) => *b,
        Value::Int(i) => *i != 0,
        Value::Float(f) => *f != 0.0,
        Value::Str(s) => !s.text.is_empty(),
        Value::Bytes(b) => !b.data.is_empty(),
        Value::List(list) => {
            if list.rest.borrow().is_some() {
                return None;
            }
            !list.items.borrow().is_empty()
        }
        Value::Map(map) => {
            if map.rest.borrow().is_some() {
                return None;
            }
            !map.entries.borrow().is_empty()
        }
        Value::Unknown(unknown) => return alternatives_agree(unknown),
        _ => true,
    })
}

fn alternatives_agree(unknown: &Unknown) -> Option<bool> {
    let mut answers = unknown.alternatives.iter().map(truthy);
    let first = answers.next()??;
    answers.all(|answer| answer == Some(first)).then_some(first)
}

/// A known value as text.
pub fn text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Undefined => "undefined".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Float(f) => f.to_string(),
        Value::Str(s) => s.text.to_string(),
        Value::Bytes(b) => String::from_utf8_lossy(&b.data).into_owned(),
        Value::Regex(source) => source.to_string(),
        _ => return None,
    })
}

/// Pieces kept of a text with holes.
const PARTS: usize = 64;

/// Joins values as text: known text where all are known, else a text with
/// holes. `text_of` is the language's conversion.
pub fn join(values: &[Value], text_of: impl Fn(&Value) -> Option<String>, limit: usize) -> Value {
    let mut facts = Facts::default();
    let mut parts: Vec<Part> = Vec::new();
    let mut buffer = String::new();
    let mut length = 0usize;
    for value in values {
        facts = facts.union(&value.facts());
        if let Some(text) = text_of(value) {
            length += text.len();
            if length > limit {
                return Value::unknown(facts);
            }
            buffer.push_str(&text);
            continue;
        }
        if !buffer.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut buffer).into()));
        }
        extend_parts(&mut parts, value);
        // A text of very many holes says no more than one of some.
        if parts.len() > PARTS {
            parts.truncate(PARTS);
        }
    }
    if parts.is_empty() {
        return Value::str(buffer, facts);
    }
    if !buffer.is_empty() {
        parts.push(Part::Text(buffer.into()));
    }
    Value::Unknown(Rc::new(Unknown {
        flows: facts.flows,
        layers: facts.layers,
        parts: merged(parts),
        ..Unknown::default()
    }))
}

fn extend_parts(parts: &mut Vec<Part>, value: &Value) {
    match value {
        Value::Unknown(unknown) if !unknown.parts.is_empty() => {
            parts.extend(unknown.parts.iter().cloned());
        }
        Value::Unknown(unknown) if !unknown.alternatives.is_empty() => {
            // The first known text stands for all in a longer text.
            match unknown.alternatives.iter().find_map(text) {
                Some(text) => parts.push(Part::Text(text.into())),
                None => parts.push(Part::Hole(value.flows().label().into())),
            }
        }
        other => parts.push(Part::Hole(hole_label(other))),
    }
}

/// What a hole is called.
pub fn hole_label(value: &Value) -> Rc<str> {
    value.flows().label().into()
}

fn merged(parts: Vec<Part>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        match (out.last_mut(), &part) {
            (Some(Part::Text(before)), Part::Text(text)) => {
                *before = format!("{before}{text}").into();
            }
            // Runs of holes of one kind read as one.
            (Some(Part::Hole(before)), Part::Hole(label)) if before == label => {}
            _ => out.push(part),
        }
    }
    out
}

/// A binary operator; unknown where it is not known.
pub fn binary(op: BinaryOp, left: &Value, right: &Value) -> Option<Value> {
    use BinaryOp as B;
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        return integers(op, *a, *b);
    }
    match op {
        B::Eq | B::Same => return left.same(right).map(Value::Bool),
        B::Ne | B::NotSame => return left.same(right).map(|same| Value::Bool(!same)),
        _ => {}
    }
    if let (Some(a), Some(b)) = (left.as_float(), right.as_float()) {
        if let (B::BitAnd | B::BitOr | B::BitXor | B::Shl | B::Shr, Some(a), Some(b)) =
            (op, left.as_int(), right.as_int())
        {
            return integers(op, a, b);
        }
        return floats(op, a, b);
    }
    if let (Value::Str(a), Value::Str(b)) = (left, right) {
        return Some(Value::Bool(match op {
            B::Lt => a.text < b.text,
            B::Le => a.text <= b.text,
            B::Gt => a.text > b.text,
            B::Ge => a.text >= b.text,
            B::In => b.text.contains(&*a.text),
            B::NotIn => !b.text.contains(&*a.text),
            _ => return None,
        }));
    }
    match (op, right) {
        (B::In | B::NotIn, Value::List(list)) => {
            let items = list.whole()?;
            let mut open = false;
            for item in &items {
                match equal(left, item) {
                    Some(true) => return Some(Value::Bool(op == B::In)),
                    Some(false) => {}
                    None => open = true,
                }
            }
            (!open).then_some(Value::Bool(op == B::NotIn))
        }
        (B::In | B::NotIn, Value::Map(map)) => {
            let key = left.to_key()?;
            let there = map.entries.borrow().contains_key(&key);
            if !there && map.rest.borrow().is_some() {
                return None;
            }
            Some(Value::Bool(there == (op == B::In)))
        }
        _ => None,
    }
}

/// Whether two values are equal by content, lists compared element by element
/// (not deeper than a few levels).
pub fn equal(left: &Value, right: &Value) -> Option<bool> {
    fn within(left: &Value, right: &Value, depth: u8) -> Option<bool> {
        let (Value::List(a), Value::List(b)) = (left, right) else {
            return left.same(right);
        };
        if Rc::ptr_eq(a, b) {
            return Some(true);
        }
        let (a, b) = (a.whole()?, b.whole()?);
        if a.len() != b.len() {
            return Some(false);
        }
        if depth == 0 {
            return None;
        }
        for (a, b) in a.iter().zip(&b) {
            if !within(a, b, depth - 1)? {
                return Some(false);
            }
        }
        Some(true)
    }
    within(left, right, 4)
}

fn integers(op: BinaryOp, a: i64, b: i64) -> Option<Value> {
    use BinaryOp as B;
    let int = |value: Option<i64>, float: f64| Some(value.map_or(Value::Float(float), Value::Int));
    let (x, y) = (a as f64, b as f64);
    match op {
        B::Add => int(a.checked_add(b), x + y),
        B::Sub => int(a.checked_sub(b), x - y),
        B::Mul => int(a.checked_mul(b), x * y),
        B::Div if b != 0 && a.checked_rem(b) == Some(0) => int(a.checked_div(b), x / y),
        B::Div => Some(Value::Float(x / y)),
        B::FloorDiv => {
            let quotient = a.checked_div(b)?;
            let floor = if a.checked_rem(b)? != 0 && (a < 0) != (b < 0) {
                quotient - 1
            } else {
                quotient
            };
            Some(Value::Int(floor))
        }
        B::Mod => a.checked_rem(b).map(Value::Int),
        B::Pow => {
            let power = u32::try_from(b).ok().and_then(|b| a.checked_pow(b));
            int(power, x.powf(y))
        }
        B::BitAnd => Some(Value::Int(a & b)),
        B::BitOr => Some(Value::Int(a | b)),
        B::BitXor => Some(Value::Int(a ^ b)),
        B::Shl => {
            let shift = u32::try_from(b).ok().filter(|b| *b < 63)?;
            a.checked_mul(1i64 << shift).map(Value::Int)
        }
        B::Shr => Some(Value::Int(a >> b.clamp(0, 63))),
        B::UShr => None,
        B::Eq | B::Same => Some(Value::Bool(a == b)),
        B::Ne | B::NotSame => Some(Value::Bool(a != b)),
        B::Lt => Some(Value::Bool(a < b)),
        B::Le => Some(Value::Bool(a <= b)),
        B::Gt => Some(Value::Bool(a > b)),
        B::Ge => Some(Value::Bool(a >= b)),
        B::In | B::NotIn => None,
    }
}

fn floats(op: BinaryOp, a: f64, b: f64) -> Option<Value> {
    use BinaryOp as B;
    Some(match op {
        B::Add => Value::Float(a + b),
        B::Sub => Value::Float(a - b),
        B::Mul => Value::Float(a * b),
        B::Div => Value::Float(a / b),
        B::FloorDiv => Value::Float((a / b).floor()),
        B::Mod => Value::Float(a % b),
        B::Pow => Value::Float(a.powf(b)),
        B::Lt => Value::Bool(a < b),
        B::Le => Value::Bool(a <= b),
        B::Gt => Value::Bool(a > b),
        B::Ge => Value::Bool(a >= b),
        _ => return None,
    })
}

/// A unary operator.
pub fn unary(op: UnaryOp, operand: &Value) -> Option<Value> {
    match (op, operand) {
        (UnaryOp::Neg, Value::Int(i)) => i.checked_neg().map(Value::Int),
        (UnaryOp::Neg, Value::Float(f)) => Some(Value::Float(-f)),
        (UnaryOp::Plus, Value::Int(_) | Value::Float(_)) => Some(operand.clone()),
        (UnaryOp::BitNot, _) => operand.as_int().map(|i| Value::Int(!i)),
        (UnaryOp::Void, _) => Some(Value::Undefined),
        _ => None,
    }
}
