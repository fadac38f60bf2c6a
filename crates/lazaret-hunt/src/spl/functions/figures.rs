//! `sigfig`: a calculation to as many figures as its least precise operand.

use super::value;
use crate::functions::cell::Cell;

/// A calculation over the arguments of a call.
#[derive(Clone, Debug)]
pub enum Figures {
    /// An argument.
    Argument(usize),
    /// `-x`
    Minus(Box<Figures>),
    /// `+`, `-`, `*`, `/`
    Both(&'static str, Box<Figures>, Box<Figures>),
}

/// A number, its significant figures, and its digits after the point (of
/// which there are less than none where tens are not known).
struct Precise {
    number: f64,
    figures: i32,
    decimals: i32,
}

impl Figures {
    /// The result, rounded; nothing where an operand is none or no number.
    pub fn call(&self, args: &[Cell<'_>]) -> Cell<'static> {
        let Some(found) = self.precise(args) else {
            return Cell::Null;
        };
        let scale = 10_f64.powi(found.decimals.abs().min(300));
        value::number_cell(match found.decimals < 0 {
            true => (found.number / scale).round() * scale,
            false => (found.number * scale).round() / scale,
        })
    }

    fn precise(&self, args: &[Cell<'_>]) -> Option<Precise> {
        match self {
            Self::Argument(index) => read(args.get(*index)?),
            Self::Minus(inner) => {
                let inner = inner.precise(args)?;
                Some(Precise {
                    number: -inner.number,
                    ..inner
                })
            }
            Self::Both(operator, a, b) => {
                let (a, b) = (a.precise(args)?, b.precise(args)?);
                let number = match *operator {
                    "+" => a.number + b.number,
                    "-" => a.number - b.number,
                    "*" => a.number * b.number,
                    _ => a.number / b.number,
                };
                if !number.is_finite() {
                    return None;
                }
                Some(if matches!(*operator, "+" | "-") {
                    let decimals = a.decimals.min(b.decimals);
                    Precise {
                        number,
                        figures: (decimals + whole_digits(number)).max(1),
                        decimals,
                    }
                } else {
                    let figures = a.figures.min(b.figures);
                    Precise {
                        number,
                        figures,
                        decimals: figures - whole_digits(number),
                    }
                })
            }
        }
    }
}

/// A value by the digits it is written with.
fn read(cell: &Cell<'_>) -> Option<Precise> {
    let number = value::number(cell)?;
    let text = value::text(cell)?;
    let written = text.trim().split(['e', 'E']).next().unwrap_or("");
    let decimals = written.split_once('.').map_or(0, |(_, after)| after.len());
    let digits = written.chars().filter(char::is_ascii_digit);
    let figures = digits.skip_while(|digit| *digit == '0').count().max(1);
    Some(Precise {
        number,
        figures: i32::try_from(figures).ok()?,
        decimals: i32::try_from(decimals).ok()?,
    })
}

/// Digits before the point; less than one for fractions below a tenth.
fn whole_digits(number: f64) -> i32 {
    match number == 0.0 {
        true => 1,
        false => number.abs().log10().floor() as i32 + 1,
    }
}
