//! Operators and assignments.

use oxc_ast::ast::{AssignmentExpression, Expression};
use oxc_syntax::operator::{AssignmentOperator, BinaryOperator, LogicalOperator};

use super::Lowering;
use crate::ir::{BinaryOp, Expr, ExprId, LogicalOp, Span};

impl Lowering {
    pub(super) fn assignment(
        &mut self,
        assignment: &AssignmentExpression<'_>,
        span: Span,
    ) -> ExprId {
        let target = self.target(&assignment.left);
        let value = self.expression(&assignment.right);
        let logical = match assignment.operator {
            AssignmentOperator::LogicalAnd => Some(LogicalOp::And),
            AssignmentOperator::LogicalOr => Some(LogicalOp::Or),
            AssignmentOperator::LogicalNullish => Some(LogicalOp::Coalesce),
            _ => None,
        };
        if let Some(op) = logical {
            let right = self.expr(
                Expr::Assign {
                    target: Box::new(target.clone()),
                    op: None,
                    value,
                },
                span,
            );
            let left = match target {
                crate::ir::Pattern::Name(name) => self.variable_of(name, span),
                crate::ir::Pattern::Member(object, name) => {
                    self.expr(Expr::Member { object, name }, span)
                }
                crate::ir::Pattern::Index(object, index) => {
                    self.expr(Expr::Index { object, index }, span)
                }
                _ => return right,
            };
            return self.expr(Expr::Logical { op, left, right }, span);
        }
        let op = assignment.operator.to_binary_operator().and_then(binary_op);
        self.expr(
            Expr::Assign {
                target: Box::new(target),
                op,
                value,
            },
            span,
        )
    }

    /// Long sums lean to the left: walked without recursion.
    pub(super) fn binary(&mut self, expression: &Expression<'_>) -> ExprId {
        let mut spine = Vec::new();
        let mut leftmost = expression;
        while let Expression::BinaryExpression(binary) = leftmost {
            spine.push(binary);
            leftmost = &binary.left;
        }
        let mut left = self.expression(leftmost);
        while let Some(binary) = spine.pop() {
            let right = self.expression(&binary.right);
            let span = self.span(binary.span);
            left = match binary_op(binary.operator) {
                Some(op) => self.expr(Expr::Binary { op, left, right }, span),
                None => self.expr(Expr::Unknown(vec![left, right]), span),
            };
        }
        left
    }

    /// `a && b && c` leans to the left too; to the right it means the same,
    /// and is what the interpreter can leave early.
    pub(super) fn logical(&mut self, expression: &Expression<'_>) -> ExprId {
        let Expression::LogicalExpression(top) = expression else {
            return self.expression(expression);
        };
        let operator = top.operator;
        let mut parts = Vec::new();
        let mut leftmost = expression;
        while let Expression::LogicalExpression(logical) = leftmost {
            if logical.operator != operator {
                break;
            }
            parts.push(&logical.right);
            leftmost = &logical.left;
        }
        let op = match operator {
            LogicalOperator::Or => LogicalOp::Or,
            LogicalOperator::And => LogicalOp::And,
            LogicalOperator::Coalesce => LogicalOp::Coalesce,
        };
        let span = self.span(top.span);
        let mut ids = vec![self.expression(leftmost)];
        while let Some(part) = parts.pop() {
            ids.push(self.expression(part));
        }
        let mut right = None;
        while let Some(left) = ids.pop() {
            right = Some(match right {
                None => left,
                Some(right) => self.expr(Expr::Logical { op, left, right }, span),
            });
        }
        right.unwrap_or_else(|| self.expr(Expr::Unknown(Vec::new()), span))
    }
}

fn binary_op(operator: BinaryOperator) -> Option<BinaryOp> {
    Some(match operator {
        BinaryOperator::Equality => BinaryOp::Eq,
        BinaryOperator::Inequality => BinaryOp::Ne,
        BinaryOperator::StrictEquality => BinaryOp::Same,
        BinaryOperator::StrictInequality => BinaryOp::NotSame,
        BinaryOperator::LessThan => BinaryOp::Lt,
        BinaryOperator::LessEqualThan => BinaryOp::Le,
        BinaryOperator::GreaterThan => BinaryOp::Gt,
        BinaryOperator::GreaterEqualThan => BinaryOp::Ge,
        BinaryOperator::Addition => BinaryOp::Add,
        BinaryOperator::Subtraction => BinaryOp::Sub,
        BinaryOperator::Multiplication => BinaryOp::Mul,
        BinaryOperator::Division => BinaryOp::Div,
        BinaryOperator::Remainder => BinaryOp::Mod,
        BinaryOperator::Exponential => BinaryOp::Pow,
        BinaryOperator::ShiftLeft => BinaryOp::Shl,
        BinaryOperator::ShiftRight => BinaryOp::Shr,
        BinaryOperator::ShiftRightZeroFill => BinaryOp::UShr,
        BinaryOperator::BitwiseOR => BinaryOp::BitOr,
        BinaryOperator::BitwiseXOR => BinaryOp::BitXor,
        BinaryOperator::BitwiseAnd => BinaryOp::BitAnd,
        BinaryOperator::In => BinaryOp::In,
        BinaryOperator::Instanceof => return None,
    })
}
