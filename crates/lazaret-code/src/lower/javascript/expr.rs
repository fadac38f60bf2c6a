//! Expressions.

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, CallExpression, ChainElement, Expression, ObjectPropertyKind,
    PropertyKey, PropertyKind, TemplateLiteral,
};
use oxc_span::GetSpan;
use oxc_syntax::operator::{UnaryOperator, UpdateOperator};

use super::Lowering;
use crate::ir::{Arg, BinaryOp, Const, Expr, ExprId, Span, UnaryOp};

/// Getters of an object literal stand under the name with this before it.
pub(crate) const GETTER: &str = "\u{0}get:";
/// The constructor of a base class, called with `this` first.
pub(crate) const SUPER: &str = "\u{0}super";

impl Lowering {
    pub(super) fn expression(&mut self, expression: &Expression<'_>) -> ExprId {
        match self.deeper(|it| it.inner(expression)) {
            Some(id) => id,
            None => {
                let span = self.span(expression.span());
                self.expr(Expr::Unknown(Vec::new()), span)
            }
        }
    }

    pub(super) fn number(&mut self, value: f64, span: Span) -> ExprId {
        let constant = if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 {
            Const::Int(value as i64)
        } else {
            Const::Float(value)
        };
        self.expr(Expr::Const(constant), span)
    }

    fn constant(&mut self, constant: Const, span: Span) -> ExprId {
        self.expr(Expr::Const(constant), span)
    }

    fn inner(&mut self, expression: &Expression<'_>) -> ExprId {
        let span = self.span(expression.span());
        match expression {
            Expression::Identifier(id) => self.variable(&id.name, span),
            Expression::StringLiteral(text) => self.builder.str(&text.value, span),
            Expression::NumericLiteral(number) => self.number(number.value, span),
            Expression::BooleanLiteral(literal) => self.constant(Const::Bool(literal.value), span),
            Expression::NullLiteral(_) => self.constant(Const::Null, span),
            Expression::BigIntLiteral(number) => match number.value.parse::<i64>() {
                Ok(value) => self.constant(Const::Int(value), span),
                Err(_) => {
                    self.constant(Const::Float(number.value.parse().unwrap_or(f64::MAX)), span)
                }
            },
            Expression::RegExpLiteral(regex) => {
                // Flags that change what is matched, as Rust writes them.
                let flags = regex.regex.flags.to_inline_string();
                let flags = flags.as_str();
                let mut source = String::new();
                if !flags.is_empty() {
                    source.push('\u{0}');
                    source.push_str(flags);
                    source.push('\u{0}');
                }
                source.push_str(&regex.regex.pattern.text);
                self.constant(Const::Regex(source.into()), span)
            }
            Expression::TemplateLiteral(template) => self.template(template, span),
            Expression::TaggedTemplateExpression(tagged) => {
                if is_string_raw(&tagged.tag) {
                    return self.raw_template(&tagged.quasi, span);
                }
                let callee = self.expression(&tagged.tag);
                let mut args = Vec::new();
                let mut texts = Vec::new();
                for quasi in &tagged.quasi.quasis {
                    let text = quasi.value.cooked.as_ref().unwrap_or(&quasi.value.raw);
                    let text = self.builder.str(text, span);
                    texts.push(positional(text));
                }
                let texts = self.expr(Expr::List(texts), span);
                args.push(positional(texts));
                for expression in &tagged.quasi.expressions {
                    let value = self.expression(expression);
                    args.push(positional(value));
                }
                self.call_of(callee, args, false, span)
            }
            Expression::ThisExpression(_) => self.expr(Expr::This, span),
            Expression::Super(_) => match self.base() {
                Some(name) => self.variable_of(name, span),
                None => self.expr(Expr::Unknown(Vec::new()), span),
            },
            Expression::ArrayExpression(array) => {
                let mut items = Vec::with_capacity(array.elements.len());
                for element in &array.elements {
                    items.push(match element {
                        ArrayExpressionElement::SpreadElement(spread) => {
                            let value = self.expression(&spread.argument);
                            Arg {
                                name: None,
                                value,
                                spread: true,
                            }
                        }
                        ArrayExpressionElement::Elision(_) => positional(self.undefined(span)),
                        other => match other.as_expression() {
                            Some(expression) => positional(self.expression(expression)),
                            None => continue,
                        },
                    });
                }
                self.expr(Expr::List(items), span)
            }
            Expression::ObjectExpression(object) => {
                let mut entries = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    self.property(property, &mut entries);
                }
                self.expr(Expr::Map(entries), span)
            }
            Expression::ArrowFunctionExpression(arrow) => self.arrow(arrow, span),
            Expression::FunctionExpression(function) => self.function_expression(function, span),
            Expression::ClassExpression(class) => self.class_expression(class, span),
            Expression::AssignmentExpression(assignment) => self.assignment(assignment, span),
            Expression::UpdateExpression(update) => {
                let target = Box::new(self.simple(&update.argument));
                let op = match update.operator {
                    UpdateOperator::Increment => BinaryOp::Add,
                    UpdateOperator::Decrement => BinaryOp::Sub,
                };
                if update.prefix {
                    let value = self.constant(Const::Int(1), span);
                    return self.expr(
                        Expr::Assign {
                            target,
                            op: Some(op),
                            value,
                        },
                        span,
                    );
                }
                self.expr(Expr::PostUpdate { target, op }, span)
            }
            Expression::UnaryExpression(unary) => {
                let operand = self.expression(&unary.argument);
                let op = match unary.operator {
                    UnaryOperator::UnaryPlus => UnaryOp::Plus,
                    UnaryOperator::UnaryNegation => UnaryOp::Neg,
                    UnaryOperator::LogicalNot => UnaryOp::Not,
                    UnaryOperator::BitwiseNot => UnaryOp::BitNot,
                    UnaryOperator::Typeof => UnaryOp::TypeOf,
                    UnaryOperator::Void => UnaryOp::Void,
                    UnaryOperator::Delete => UnaryOp::Delete,
                };
                // `-1` is a number.
                if op == UnaryOp::Neg
                    && let Some(Expr::Const(Const::Int(value))) = self.builder.unit().expr(operand)
                    && *value != 0
                {
                    let value = -*value;
                    return self.constant(Const::Int(value), span);
                }
                self.expr(Expr::Unary { op, operand }, span)
            }
            Expression::BinaryExpression(_) => self.binary(expression),
            Expression::LogicalExpression(_) => self.logical(expression),
            Expression::PrivateInExpression(e) => {
                let right = self.expression(&e.right);
                self.expr(Expr::Unknown(vec![right]), span)
            }
            Expression::ConditionalExpression(conditional) => {
                let test = self.expression(&conditional.test);
                let then = self.expression(&conditional.consequent);
                let otherwise = self.expression(&conditional.alternate);
                self.expr(
                    Expr::Conditional {
                        test,
                        then,
                        otherwise,
                    },
                    span,
                )
            }
            Expression::SequenceExpression(sequence) => {
                let ids = sequence
                    .expressions
                    .iter()
                    .map(|e| self.expression(e))
                    .collect();
                self.expr(Expr::Sequence(ids), span)
            }
            Expression::CallExpression(call) => self.call(call, span),
            Expression::NewExpression(new) => {
                let callee = self.expression(&new.callee);
                let args = self.arguments(&new.arguments);
                self.call_of(callee, args, true, span)
            }
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(call, span),
                ChainElement::TSNonNullExpression(e) => self.expression(&e.expression),
                ChainElement::ComputedMemberExpression(member) => {
                    let object = self.expression(&member.object);
                    let index = self.expression(&member.expression);
                    self.index(object, index, span)
                }
                ChainElement::StaticMemberExpression(member) => {
                    let object = self.expression(&member.object);
                    self.builder.member(object, &member.property.name, span)
                }
                ChainElement::PrivateFieldExpression(member) => {
                    let object = self.expression(&member.object);
                    let name = self.private(&member.field.name);
                    self.expr(Expr::Member { object, name }, span)
                }
            },
            Expression::ComputedMemberExpression(member) => {
                let object = self.expression(&member.object);
                let index = self.expression(&member.expression);
                self.index(object, index, span)
            }
            Expression::StaticMemberExpression(member) => {
                let object = self.expression(&member.object);
                self.builder.member(object, &member.property.name, span)
            }
            Expression::PrivateFieldExpression(member) => {
                let object = self.expression(&member.object);
                let name = self.private(&member.field.name);
                self.expr(Expr::Member { object, name }, span)
            }
            Expression::AwaitExpression(e) => {
                let value = self.expression(&e.argument);
                self.expr(Expr::Await(value), span)
            }
            Expression::YieldExpression(e) => match &e.argument {
                Some(argument) => {
                    let value = self.expression(argument);
                    self.expr(Expr::Await(value), span)
                }
                None => self.undefined(span),
            },
            Expression::ImportExpression(import) => {
                if let Expression::StringLiteral(text) = &import.source
                    && !text.value.starts_with("data:")
                {
                    let specifier = self.sym(&text.value);
                    return self.expr(Expr::Module(specifier), span);
                }
                let callee = self.variable("import", span);
                let source = self.expression(&import.source);
                self.builder.call(callee, &[source], span)
            }
            Expression::ImportMeta(_) => {
                let import = self.variable("import", span);
                self.builder.member(import, "meta", span)
            }
            Expression::NewTarget(_) => self.expr(Expr::Unknown(Vec::new()), span),
            Expression::ParenthesizedExpression(e) => self.expression(&e.expression),
            Expression::TSAsExpression(e) => self.expression(&e.expression),
            Expression::TSSatisfiesExpression(e) => self.expression(&e.expression),
            Expression::TSTypeAssertion(e) => self.expression(&e.expression),
            Expression::TSNonNullExpression(e) => self.expression(&e.expression),
            Expression::TSInstantiationExpression(e) => self.expression(&e.expression),
            Expression::JSXElement(element) => self.jsx_element(element),
            Expression::JSXFragment(fragment) => self.jsx_fragment(fragment),
            Expression::V8IntrinsicExpression(_) => self.expr(Expr::Unknown(Vec::new()), span),
        }
    }

    pub(super) fn index(&mut self, object: ExprId, index: ExprId, span: Span) -> ExprId {
        // `a["b"]` is `a.b`.
        if let Some(Expr::Const(Const::Str(name))) = self.builder.unit().expr(index) {
            let name = name.clone();
            let digits = name.bytes().all(|b| b.is_ascii_digit());
            if !digits {
                return self.builder.member(object, &name, span);
            }
        }
        self.expr(Expr::Index { object, index }, span)
    }

    pub(super) fn call_of(
        &mut self,
        callee: ExprId,
        args: Vec<Arg>,
        construct: bool,
        span: Span,
    ) -> ExprId {
        self.expr(
            Expr::Call {
                callee,
                args,
                construct,
            },
            span,
        )
    }

    fn arguments(&mut self, arguments: &[Argument<'_>]) -> Vec<Arg> {
        let mut args = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match argument {
                Argument::SpreadElement(spread) => {
                    let value = self.expression(&spread.argument);
                    args.push(Arg {
                        name: None,
                        value,
                        spread: true,
                    });
                }
                other => {
                    if let Some(expression) = other.as_expression() {
                        let value = self.expression(expression);
                        args.push(positional(value));
                    }
                }
            }
        }
        args
    }

    fn call(&mut self, call: &CallExpression<'_>, span: Span) -> ExprId {
        match &call.callee {
            // `require("x")`
            Expression::Identifier(id) if id.name == "require" && self.require_shadowed == 0 => {
                if let [Argument::StringLiteral(text)] = call.arguments.as_slice() {
                    let specifier = self.sym(&text.value);
                    return self.expr(Expr::Module(specifier), span);
                }
            }
            Expression::Super(_) => {
                if let Some(name) = self.base() {
                    let base = self.variable_of(name, span);
                    let callee = self.builder.member(base, SUPER, span);
                    let this = self.expr(Expr::This, span);
                    let mut args = vec![positional(this)];
                    args.extend(self.arguments(&call.arguments));
                    return self.call_of(callee, args, false, span);
                }
            }
            // `super.method()`
            Expression::StaticMemberExpression(member)
                if matches!(member.object, Expression::Super(_)) =>
            {
                if let Some(name) = self.base() {
                    let base = self.variable_of(name, span);
                    let method = self.builder.member(base, &member.property.name, span);
                    let callee = self.builder.member(method, "call", span);
                    let this = self.expr(Expr::This, span);
                    let mut args = vec![positional(this)];
                    args.extend(self.arguments(&call.arguments));
                    return self.call_of(callee, args, false, span);
                }
            }
            _ => {}
        }
        let callee = self.expression(&call.callee);
        let args = self.arguments(&call.arguments);
        self.call_of(callee, args, false, span)
    }

    fn base(&self) -> Option<crate::ir::Sym> {
        self.bases.last().copied().flatten().map(|base| base.name)
    }

    fn template(&mut self, template: &TemplateLiteral<'_>, span: Span) -> ExprId {
        let mut parts = Vec::with_capacity(template.quasis.len() * 2);
        for (i, quasi) in template.quasis.iter().enumerate() {
            let text = quasi.value.cooked.as_ref().unwrap_or(&quasi.value.raw);
            if !text.is_empty() {
                let part = self.builder.str(text, span);
                parts.push(part);
            }
            if let Some(expression) = template.expressions.get(i) {
                let part = self.expression(expression);
                parts.push(part);
            }
        }
        match parts.as_slice() {
            [] => self.builder.str("", span),
            [only] if template.expressions.is_empty() => *only,
            _ => self.expr(Expr::Template(parts), span),
        }
    }

    fn raw_template(&mut self, template: &TemplateLiteral<'_>, span: Span) -> ExprId {
        let mut parts = Vec::new();
        for (i, quasi) in template.quasis.iter().enumerate() {
            let part = self.builder.str(&quasi.value.raw, span);
            parts.push(part);
            if let Some(expression) = template.expressions.get(i) {
                let part = self.expression(expression);
                parts.push(part);
            }
        }
        self.expr(Expr::Template(parts), span)
    }

    fn property(
        &mut self,
        property: &ObjectPropertyKind<'_>,
        entries: &mut Vec<(Option<ExprId>, ExprId)>,
    ) {
        match property {
            ObjectPropertyKind::SpreadProperty(spread) => {
                let value = self.expression(&spread.argument);
                entries.push((None, value));
            }
            ObjectPropertyKind::ObjectProperty(property) => {
                let span = self.span(property.span);
                let key = match (
                    property.kind,
                    self.static_key(&property.key, property.computed),
                ) {
                    (PropertyKind::Init, _) => self.key(&property.key, property.computed),
                    (PropertyKind::Get, Some(name)) => {
                        let name = format!("{GETTER}{}", self.builder.unit().name(name));
                        self.builder.str(&name, span)
                    }
                    (PropertyKind::Set, Some(name)) => {
                        let name = format!("\u{0}set:{}", self.builder.unit().name(name));
                        self.builder.str(&name, span)
                    }
                    _ => self.key(&property.key, property.computed),
                };
                let value = self.expression(&property.value);
                entries.push((Some(key), value));
            }
        }
    }

    pub(super) fn key(&mut self, key: &PropertyKey<'_>, computed: bool) -> ExprId {
        let span = self.span(key.span());
        match self.static_key(key, computed) {
            Some(name) => {
                let name = self.builder.unit().symbols.get(name.0 as usize).cloned();
                self.expr(
                    Expr::Const(Const::Str(name.unwrap_or_else(|| "".into()))),
                    span,
                )
            }
            None => match key.as_expression() {
                Some(expression) => self.expression(expression),
                None => self.expr(Expr::Unknown(Vec::new()), span),
            },
        }
    }
}

pub(super) fn positional(value: ExprId) -> Arg {
    Arg {
        name: None,
        value,
        spread: false,
    }
}

/// A number as a property name.
pub(super) fn number_text(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{}", value as i64)
    } else {
        value.to_string()
    }
}

fn is_string_raw(tag: &Expression<'_>) -> bool {
    match tag {
        Expression::StaticMemberExpression(member) => {
            member.property.name == "raw"
                && matches!(&member.object, Expression::Identifier(id) if id.name == "String")
        }
        _ => false,
    }
}
