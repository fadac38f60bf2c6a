//! Operators and conversion to text.

use std::rc::Rc;

use lazaret_model::Phase;

use super::{format, paths};
use crate::{
    builtins::ops,
    interp::{Interp, List, Part, Value},
    ir::BinaryOp,
};

pub(super) fn binary(
    it: &mut Interp<'_>,
    op: BinaryOp,
    left: &Value,
    right: &Value,
) -> Option<Value> {
    use BinaryOp as B;
    match (op, left, right) {
        (B::Mod, Value::Str(_), _) => Some(format::percent(it, left, right)),
        (B::Mod, Value::Bytes(b), _) => {
            let text = Value::str(String::from_utf8_lossy(&b.data), b.facts.clone());
            match format::percent(it, &text, right) {
                Value::Str(s) => Some(Value::bytes(s.text.as_bytes(), s.facts.clone())),
                other => Some(other),
            }
        }
        (B::Mod, Value::Int(a), Value::Int(b)) => {
            let modulo = a.checked_rem(*b)?;
            Some(Value::Int(if modulo != 0 && (modulo < 0) != (*b < 0) {
                modulo + b
            } else {
                modulo
            }))
        }
        (B::Div, Value::Int(a), Value::Int(b)) if *b != 0 => {
            Some(Value::Float(*a as f64 / *b as f64))
        }
        (B::Div, Value::Unknown(_), _) if paths::is_path(left) => {
            Some(paths::joined(it, &[left.clone(), right.clone()]))
        }
        (
            B::Mul,
            Value::Int(_) | Value::Bool(_),
            Value::Str(_) | Value::Bytes(_) | Value::List(_),
        ) => repeat(it, right, left.as_int()?),
        (B::Mul, Value::Str(_) | Value::Bytes(_) | Value::List(_), _) => {
            repeat(it, left, right.as_int()?)
        }
        (B::Add, Value::List(a), Value::List(b)) => {
            let mut items = a.items.borrow().clone();
            items.extend(b.items.borrow().iter().cloned());
            it.charge(items.len() * 64);
            let list = List::of(items, a.kind.get());
            let rest = a.rest.borrow().clone().or_else(|| b.rest.borrow().clone());
            *list.rest.borrow_mut() = rest;
            let facts = a.facts.borrow().union(&b.facts.borrow());
            *list.facts.borrow_mut() = facts;
            Some(Value::List(Rc::new(list)))
        }
        (B::Add, Value::Bytes(_), _) | (B::Add, _, Value::Bytes(_)) => {
            let (a, x) = super::bytes_of(left)?;
            let (b, y) = super::bytes_of(right)?;
            it.charge(a.len() + b.len());
            if a.len() + b.len() > it.limits().text {
                return Some(Value::unknown(x.union(&y)));
            }
            Some(Value::bytes([a, b].concat(), x.union(&y)))
        }
        (B::Eq | B::Ne | B::In | B::NotIn, _, _) if is_not_asked(it, left, right) => {
            Some(Value::Bool(matches!(op, B::Ne | B::NotIn)))
        }
        (B::Eq | B::Ne, Value::List(_), Value::List(_)) => {
            ops::equal(left, right).map(|same| Value::Bool(same == (op == B::Eq)))
        }
        (B::In | B::NotIn, _, Value::Bytes(b)) => {
            let there = match left {
                Value::Int(i) => b.data.iter().any(|byte| i64::from(*byte) == *i),
                Value::Bytes(a) if a.data.is_empty() => true,
                Value::Bytes(a) => memchr::memmem::find(&b.data, &a.data).is_some(),
                _ => return None,
            };
            Some(Value::Bool(there == (op == B::In)))
        }
        _ => None,
    }
}

/// What installers give to `setup.py` (PEP 517 front ends among them).
const INSTALL_WORDS: &[&str] = &[
    "install",
    "develop",
    "bdist_wheel",
    "bdist_egg",
    "egg_info",
    "dist_info",
    "editable_wheel",
    "build",
    "build_ext",
    "build_py",
];

/// Whether the comparison asks a `setup.py` that is being installed for an
/// argument that no installer gives: `if sys.argv[-1] == "publish"`.
fn is_not_asked(it: &Interp<'_>, left: &Value, right: &Value) -> bool {
    fn is_argument(value: &Value) -> bool {
        match value {
            Value::Unknown(unknown) => matches!(
                unknown.parts.as_slice(),
                [Part::Hole(label)] if &**label == "argv"
            ),
            Value::List(list) => {
                list.items.borrow().is_empty()
                    && list.rest.borrow().as_ref().is_some_and(is_argument)
            }
            _ => false,
        }
    }
    let (word, other) = match (left.as_str(), right.as_str()) {
        (Some(word), None) => (word, right),
        (None, Some(word)) => (word, left),
        _ => return false,
    };
    // `"bdist" in sys.argv[1]` looks for a part of the word.
    let given = match other {
        Value::List(_) => INSTALL_WORDS.contains(&word),
        _ => INSTALL_WORDS.iter().any(|given| given.contains(word)),
    };
    it.phase() == Phase::Install && !given && is_argument(other)
}

fn repeat(it: &mut Interp<'_>, value: &Value, count: i64) -> Option<Value> {
    let count = usize::try_from(count.max(0)).ok()?;
    let fits = |length: usize, it: &mut Interp<'_>| {
        let total = length.checked_mul(count)?;
        it.charge(total);
        (total <= it.limits().text).then_some(())
    };
    match value {
        Value::Str(s) => {
            if fits(s.text.len(), it).is_none() {
                return Some(Value::unknown(s.facts.clone()));
            }
            Some(Value::str(s.text.repeat(count), s.facts.clone()))
        }
        Value::Bytes(b) => {
            fits(b.data.len(), it)?;
            Some(Value::bytes(b.data.repeat(count), b.facts.clone()))
        }
        Value::List(list) => {
            let items = list.items.borrow();
            fits(items.len() * 64, it)?;
            let mut all = Vec::with_capacity(items.len() * count);
            for _ in 0..count {
                all.extend(items.iter().cloned());
            }
            Some(Value::list(all))
        }
        _ => None,
    }
}

/// `str(value)`.
pub(super) fn text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Float(f) if f.fract() == 0.0 && f.abs() < 1e16 => format!("{f:.1}"),
        Value::Bytes(b) => {
            let mut out = "b'".to_owned();
            for byte in b.data.iter() {
                out.extend(std::ascii::escape_default(*byte).map(char::from));
            }
            out.push('\'');
            out
        }
        Value::Undefined => return None,
        other => return ops::text(other),
    })
}
