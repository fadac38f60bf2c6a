//! Expressions.

use ruff_python_ast::{
    BoolOp, CmpOp, Comprehension, Expr as Ast, FStringPart, InterpolatedStringElement, Number,
    Operator, UnaryOp as AstUnary,
};
use ruff_text_size::Ranged;

use super::{Lowering, span};
use crate::ir::{Arg, BinaryOp, Clause, Const, Expr, ExprId, LogicalOp, Span, Stmt, UnaryOp};

/// Expressions within expressions.
const DEPTH: u32 = 2500;

impl Lowering<'_> {
    pub(super) fn expr(&mut self, expr: &Ast) -> ExprId {
        if self.depth >= DEPTH {
            return self.unknown(expr);
        }
        self.depth += 1;
        let id = if self.depth.is_multiple_of(16) {
            stacker::maybe_grow(256 << 10, 4 << 20, || self.expr_inner(expr))
        } else {
            self.expr_inner(expr)
        };
        self.depth -= 1;
        id
    }

    fn expr_inner(&mut self, expr: &Ast) -> ExprId {
        let place = span(expr.range());
        let lowered = match expr {
            Ast::BoolOp(e) => {
                let op = match e.op {
                    BoolOp::And => LogicalOp::And,
                    BoolOp::Or => LogicalOp::Or,
                };
                return self.chain(&e.values, place, |left, right| Expr::Logical {
                    op,
                    left,
                    right,
                });
            }
            Ast::Named(e) => {
                let target = Box::new(self.pattern(&e.target));
                let value = self.expr(&e.value);
                Expr::Assign {
                    target,
                    op: None,
                    value,
                }
            }
            Ast::BinOp(_) => return self.sum(expr),
            Ast::UnaryOp(e) => {
                let operand = self.expr(&e.operand);
                let op = match e.op {
                    AstUnary::Invert => UnaryOp::BitNot,
                    AstUnary::Not => UnaryOp::Not,
                    AstUnary::UAdd => UnaryOp::Plus,
                    AstUnary::USub => UnaryOp::Neg,
                };
                Expr::Unary { op, operand }
            }
            Ast::Lambda(e) => {
                let value = self.expr(&e.body);
                let body = vec![Stmt::Return(Some(value))];
                let id = self.function(None, e.parameters.as_deref(), body, Vec::new(), place);
                Expr::Function(id)
            }
            Ast::If(e) => {
                let test = self.expr(&e.test);
                let then = self.expr(&e.body);
                let otherwise = self.expr(&e.orelse);
                Expr::Conditional {
                    test,
                    then,
                    otherwise,
                }
            }
            Ast::Dict(e) => Expr::Map(
                e.items
                    .iter()
                    .map(|item| {
                        let key = item.key.as_ref().map(|key| self.expr(key));
                        (key, self.expr(&item.value))
                    })
                    .collect(),
            ),
            Ast::Set(e) => Expr::List(self.items(&e.elts)),
            Ast::List(e) => Expr::List(self.items(&e.elts)),
            Ast::Tuple(e) => Expr::List(self.items(&e.elts)),
            Ast::ListComp(e) => self.comprehension(&e.elt, &e.generators),
            Ast::SetComp(e) => self.comprehension(&e.elt, &e.generators),
            Ast::Generator(e) => self.comprehension(&e.elt, &e.generators),
            Ast::DictComp(e) => {
                let clauses = self.clauses(&e.generators);
                let key = match &e.key {
                    Some(key) => self.expr(key),
                    None => self.unknown(expr),
                };
                let value = self.expr(&e.value);
                let pair = [key, value].map(|value| Arg {
                    name: None,
                    value,
                    spread: false,
                });
                let element = self.builder.expr(Expr::List(pair.to_vec()), place);
                Expr::Comprehension {
                    element,
                    clauses,
                    map: true,
                }
            }
            Ast::Await(e) => Expr::Await(self.expr(&e.value)),
            Ast::Yield(e) => match &e.value {
                Some(value) => Expr::Await(self.expr(value)),
                None => Expr::Unknown(Vec::new()),
            },
            Ast::YieldFrom(e) => Expr::Await(self.expr(&e.value)),
            Ast::Compare(e) => {
                let mut left = self.expr(&e.left);
                let mut result: Option<ExprId> = None;
                for (op, right) in e.ops.iter().zip(&e.comparators) {
                    let right = self.expr(right);
                    let one = self.builder.expr(
                        Expr::Binary {
                            op: compare(*op),
                            left,
                            right,
                        },
                        place,
                    );
                    result = Some(match result {
                        Some(before) => self.builder.expr(
                            Expr::Logical {
                                op: LogicalOp::And,
                                left: before,
                                right: one,
                            },
                            place,
                        ),
                        None => one,
                    });
                    left = right;
                }
                return result.unwrap_or(left);
            }
            Ast::Call(e) => {
                let callee = self.expr(&e.func);
                let mut args: Vec<Arg> = self.items(&e.arguments.args);
                for keyword in &e.arguments.keywords {
                    let name = keyword.arg.as_ref().map(|name| self.sym(name));
                    let value = self.expr(&keyword.value);
                    args.push(Arg {
                        spread: name.is_none(),
                        name,
                        value,
                    });
                }
                Expr::Call {
                    callee,
                    args,
                    construct: false,
                }
            }
            Ast::FString(e) => {
                let mut parts = Vec::new();
                for part in e.value.iter() {
                    match part {
                        FStringPart::Literal(literal) => {
                            let id = self.text(&literal.value, span(literal.range));
                            parts.push(id);
                        }
                        FStringPart::FString(fstring) => {
                            self.interpolated(&fstring.elements, &mut parts)
                        }
                    }
                }
                Expr::Template(parts)
            }
            Ast::TString(_) => Expr::Unknown(Vec::new()),
            Ast::StringLiteral(e) => Expr::Const(Const::Str(e.value.to_str().into())),
            Ast::BytesLiteral(e) => {
                let bytes: Vec<u8> = e.value.bytes().collect();
                Expr::Const(Const::Bytes(bytes.into()))
            }
            Ast::NumberLiteral(e) => Expr::Const(match &e.value {
                Number::Int(int) => match int.as_i64() {
                    Some(i) => Const::Int(i),
                    None => Const::Float(int.to_string().parse().unwrap_or(f64::INFINITY)),
                },
                Number::Float(f) => Const::Float(*f),
                Number::Complex { real, .. } => Const::Float(*real),
            }),
            Ast::BooleanLiteral(e) => Expr::Const(Const::Bool(e.value)),
            Ast::NoneLiteral(_) => Expr::Const(Const::Null),
            Ast::EllipsisLiteral(_) | Ast::IpyEscapeCommand(_) => Expr::Unknown(Vec::new()),
            Ast::Attribute(e) => {
                let object = self.expr(&e.value);
                let name = self.sym(&e.attr);
                Expr::Member { object, name }
            }
            Ast::Subscript(e) => {
                let object = self.expr(&e.value);
                match &*e.slice {
                    Ast::Slice(slice) => {
                        let mut bound = |e: &Option<Box<Ast>>| e.as_ref().map(|e| self.expr(e));
                        Expr::Slice {
                            object,
                            start: bound(&slice.lower),
                            stop: bound(&slice.upper),
                            step: bound(&slice.step),
                        }
                    }
                    index => {
                        let index = self.expr(index);
                        Expr::Index { object, index }
                    }
                }
            }
            Ast::Starred(e) => return self.expr(&e.value),
            Ast::Name(e) => Expr::Name(self.sym(&e.id)),
            Ast::Slice(_) => Expr::Unknown(Vec::new()),
        };
        self.builder.expr(lowered, place)
    }

    /// `a + b + c`: leans to the left, walked down without recursion.
    fn sum(&mut self, expr: &Ast) -> ExprId {
        let mut spine = Vec::new();
        let mut leftmost = expr;
        while let Ast::BinOp(e) = leftmost {
            spine.push(e);
            leftmost = &e.left;
        }
        let mut left = self.expr(leftmost);
        while let Some(e) = spine.pop() {
            let right = self.expr(&e.right);
            left = self.builder.expr(
                Expr::Binary {
                    op: binary(e.op),
                    left,
                    right,
                },
                span(e.range),
            );
        }
        left
    }

    fn chain(
        &mut self,
        values: &[Ast],
        place: Span,
        join: impl Fn(ExprId, ExprId) -> Expr,
    ) -> ExprId {
        let ids: Vec<ExprId> = values.iter().map(|value| self.expr(value)).collect();
        let mut ids = ids.into_iter().rev();
        let Some(mut right) = ids.next() else {
            return self.builder.expr(Expr::Unknown(Vec::new()), place);
        };
        for left in ids {
            right = self.builder.expr(join(left, right), place);
        }
        right
    }

    fn items(&mut self, items: &[Ast]) -> Vec<Arg> {
        items
            .iter()
            .map(|item| Arg {
                name: None,
                value: self.expr(item),
                spread: matches!(item, Ast::Starred(_)),
            })
            .collect()
    }

    fn comprehension(&mut self, element: &Ast, generators: &[Comprehension]) -> Expr {
        let clauses = self.clauses(generators);
        let element = self.expr(element);
        Expr::Comprehension {
            element,
            clauses,
            map: false,
        }
    }

    fn clauses(&mut self, generators: &[Comprehension]) -> Vec<Clause> {
        generators
            .iter()
            .map(|generator| Clause {
                target: self.pattern(&generator.target),
                iterable: self.expr(&generator.iter),
                conditions: generator.ifs.iter().map(|test| self.expr(test)).collect(),
            })
            .collect()
    }

    fn interpolated<'e>(
        &mut self,
        elements: impl IntoIterator<Item = &'e InterpolatedStringElement>,
        parts: &mut Vec<ExprId>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let id = self.text(&literal.value, span(literal.range));
                    parts.push(id);
                }
                InterpolatedStringElement::Interpolation(interpolation) => {
                    let place = span(interpolation.range);
                    let value = self.expr(&interpolation.expression);
                    let format = interpolation
                        .format_spec
                        .as_ref()
                        .and_then(|spec| self.source.get(spec.range.to_std_range()))
                        .filter(|spec| !spec.contains('{'));
                    let id = match format {
                        // `{x:02x}` is `format(x, "02x")`.
                        Some(format) => {
                            let format = self.text(format, place);
                            let callee = self.builder.name("format", place);
                            self.builder.call(callee, &[value, format], place)
                        }
                        None => value,
                    };
                    parts.push(id);
                }
            }
        }
    }
}

pub(super) fn binary(op: Operator) -> BinaryOp {
    match op {
        Operator::Add => BinaryOp::Add,
        Operator::Sub => BinaryOp::Sub,
        Operator::Mult | Operator::MatMult => BinaryOp::Mul,
        Operator::Div => BinaryOp::Div,
        Operator::Mod => BinaryOp::Mod,
        Operator::Pow => BinaryOp::Pow,
        Operator::LShift => BinaryOp::Shl,
        Operator::RShift => BinaryOp::Shr,
        Operator::BitOr => BinaryOp::BitOr,
        Operator::BitXor => BinaryOp::BitXor,
        Operator::BitAnd => BinaryOp::BitAnd,
        Operator::FloorDiv => BinaryOp::FloorDiv,
    }
}

fn compare(op: CmpOp) -> BinaryOp {
    match op {
        CmpOp::Eq => BinaryOp::Eq,
        CmpOp::NotEq => BinaryOp::Ne,
        CmpOp::Lt => BinaryOp::Lt,
        CmpOp::LtE => BinaryOp::Le,
        CmpOp::Gt => BinaryOp::Gt,
        CmpOp::GtE => BinaryOp::Ge,
        CmpOp::Is => BinaryOp::Same,
        CmpOp::IsNot => BinaryOp::NotSame,
        CmpOp::In => BinaryOp::In,
        CmpOp::NotIn => BinaryOp::NotIn,
    }
}
