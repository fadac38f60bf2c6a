//! Functions and classes.

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, BindingPattern, Class, ClassElement, Expression,
    FormalParameters, Function as FunctionNode, MethodDefinitionKind, Statement,
};

use super::{Base, Lowering, expr::SUPER, expr::positional};
use crate::ir::{
    Arg, Class as ClassForm, Expr, ExprId, FuncId, Function, Param, Pattern, Span, Stmt, Sym,
};

impl Lowering {
    pub(super) fn function_declaration(
        &mut self,
        function: &FunctionNode<'_>,
        out: &mut Vec<Stmt>,
    ) {
        if function.body.is_none() || function.declare {
            return;
        }
        let Some(id) = &function.id else { return };
        let name = self.sym(&id.name);
        if let Some(function) = self.deeper(|it| it.function(function, Some(name), Vec::new())) {
            out.push(Stmt::Function(function));
        }
    }

    pub(super) fn function_expression(
        &mut self,
        function: &FunctionNode<'_>,
        span: Span,
    ) -> ExprId {
        let name = function.id.as_ref().map(|id| self.sym(&id.name));
        let start = self.builder.unit().exprs.len() as u32;
        let id = self.function(function, name, Vec::new());
        match name {
            // Its own name is seen in it.
            Some(name) if self.used_since(name, start) => {
                self.wrapped(vec![Stmt::Function(id)], name, span)
            }
            _ => self.expr(Expr::Function(id), span),
        }
    }

    /// `(() => { statements; return name })()`
    pub(super) fn wrapped(&mut self, mut body: Vec<Stmt>, name: Sym, span: Span) -> ExprId {
        let value = self.variable_of(name, span);
        body.push(Stmt::Return(Some(value)));
        let wrapper = self.builder.function(Function {
            name: None,
            params: Vec::new(),
            body,
            decorators: Vec::new(),
            lexical_this: true,
            span,
        });
        let wrapper = self.expr(Expr::Function(wrapper), span);
        self.call_of(wrapper, Vec::new(), false, span)
    }

    pub(super) fn function(
        &mut self,
        function: &FunctionNode<'_>,
        name: Option<Sym>,
        first: Vec<Stmt>,
    ) -> FuncId {
        let span = self.span(function.span);
        let shadowed = shadows_require(&function.params);
        self.require_shadowed += u32::from(shadowed);
        let params = self.params(&function.params);
        let body = match &function.body {
            Some(body) => self.function_body(&body.statements, first),
            None => first,
        };
        self.require_shadowed -= u32::from(shadowed);
        self.builder.function(Function {
            name,
            params,
            body,
            decorators: Vec::new(),
            lexical_this: false,
            span,
        })
    }

    fn function_body(&mut self, statements: &[Statement<'_>], first: Vec<Stmt>) -> Vec<Stmt> {
        let mut body = self.hoisted(statements);
        body.extend(first);
        self.statements(statements, &mut body);
        body
    }

    pub(super) fn arrow(&mut self, arrow: &ArrowFunctionExpression<'_>, span: Span) -> ExprId {
        let shadowed = shadows_require(&arrow.params);
        self.require_shadowed += u32::from(shadowed);
        let params = self.params(&arrow.params);
        let body = match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => {
                self.function_body(&body.statements, Vec::new())
            }
            other => match other.as_expression() {
                Some(expression) => {
                    let value = self.expression(expression);
                    vec![Stmt::Return(Some(value))]
                }
                None => Vec::new(),
            },
        };
        self.require_shadowed -= u32::from(shadowed);
        let id = self.builder.function(Function {
            name: None,
            params,
            body,
            decorators: Vec::new(),
            lexical_this: true,
            span,
        });
        self.expr(Expr::Function(id), span)
    }

    fn params(&mut self, params: &FormalParameters<'_>) -> Vec<Param> {
        let mut out = Vec::with_capacity(params.items.len());
        for param in &params.items {
            let (pattern, default) = self.binding_with_default(&param.pattern);
            let default = match &param.initializer {
                Some(init) => Some(self.expression(init)),
                None => default,
            };
            out.push(Param {
                pattern,
                default,
                rest: false,
                rest_named: false,
            });
        }
        if let Some(rest) = &params.rest {
            let pattern = self.binding(&rest.rest.argument);
            out.push(Param {
                pattern,
                default: None,
                rest: true,
                rest_named: false,
            });
        }
        out
    }

    pub(super) fn class_declaration(&mut self, class: &Class<'_>, out: &mut Vec<Stmt>) {
        if class.declare {
            return;
        }
        let name = match &class.id {
            Some(id) => self.sym(&id.name),
            None => self.sym("default"),
        };
        self.class(class, name, out);
    }

    pub(super) fn class_expression(&mut self, class: &Class<'_>, span: Span) -> ExprId {
        let name = match &class.id {
            Some(id) => self.sym(&id.name),
            None => self.sym("class"),
        };
        let mut body = Vec::new();
        self.class(class, name, &mut body);
        self.wrapped(body, name, span)
    }

    pub(super) fn class(&mut self, class: &Class<'_>, name: Sym, out: &mut Vec<Stmt>) {
        let span = self.span(class.span);
        for decorator in &class.decorators {
            let value = self.expression(&decorator.expression);
            out.push(Stmt::Expr(value));
        }
        let base = class.heritage.as_ref().map(|heritage| {
            let value = self.expression(&heritage.expression);
            match &heritage.expression {
                // A plain name can be said again.
                Expression::Identifier(id) => {
                    let name = self.sym(&id.name);
                    (Base { name }, value)
                }
                _ => {
                    let name = self.temporary("base");
                    out.push(Stmt::Let {
                        target: Pattern::Name(name),
                        value: Some(value),
                    });
                    let value = self.variable_of(name, span);
                    (Base { name }, value)
                }
            }
        });
        self.bases.push(base.map(|(base, _)| base));
        let mut form = ClassForm {
            name: Some(name),
            bases: base.map(|(_, value)| value).into_iter().collect(),
            methods: Vec::new(),
            body: Vec::new(),
        };
        let mut fields = Vec::new();
        let mut after = Vec::new();
        let mut constructor = None;
        for element in &class.body.body {
            match element {
                ClassElement::MethodDefinition(method) => {
                    if method.kind == MethodDefinitionKind::Constructor {
                        if method.value.body.is_some() {
                            constructor = Some(&method.value);
                        }
                        continue;
                    }
                    if method.value.body.is_none() {
                        continue;
                    }
                    self.method(method, name, &mut form, &mut after);
                }
                ClassElement::PropertyDefinition(property) => {
                    let Some(value) = &property.value else {
                        continue;
                    };
                    self.field(
                        &property.key,
                        property.computed,
                        value,
                        property.r#static,
                        &mut form,
                        &mut fields,
                    );
                }
                ClassElement::AccessorProperty(property) => {
                    let Some(value) = &property.value else {
                        continue;
                    };
                    self.field(
                        &property.key,
                        property.computed,
                        value,
                        property.r#static,
                        &mut form,
                        &mut fields,
                    );
                }
                ClassElement::StaticBlock(block) => {
                    let mut body = self.hoisted(&block.body);
                    self.statements(&block.body, &mut body);
                    after.push(Stmt::Block(body));
                }
                ClassElement::TSIndexSignature(_) => {}
            }
        }
        match constructor {
            Some(function) => {
                let id = self.constructor(function, fields);
                let key = self.sym("constructor");
                form.methods.push((key, id));
            }
            None if !fields.is_empty() => {
                let id = self.implied_constructor(fields, span);
                let key = self.sym("constructor");
                form.methods.push((key, id));
            }
            None => {}
        }
        self.bases.pop();
        out.push(Stmt::Class(form));
        out.append(&mut after);
    }

    fn method(
        &mut self,
        method: &oxc_ast::ast::MethodDefinition<'_>,
        class: Sym,
        form: &mut ClassForm,
        after: &mut Vec<Stmt>,
    ) {
        let span = self.span(method.span);
        let key = self.static_key(&method.key, method.computed);
        let id = self.function(&method.value, key, Vec::new());
        let Some(key) = key else {
            // `[computed]() {}` is set on the class.
            let object = self.variable_of(class, span);
            let index = self.key(&method.key, true);
            let value = self.expr(Expr::Function(id), span);
            let assign = self.expr(
                Expr::Assign {
                    target: Box::new(Pattern::Index(object, index)),
                    op: None,
                    value,
                },
                span,
            );
            after.push(Stmt::Expr(assign));
            return;
        };
        match method.kind {
            MethodDefinitionKind::Get => {
                let property = self.builder.name("property", span);
                self.decorate(id, property);
                form.methods.push((key, id));
            }
            MethodDefinitionKind::Set => {
                let name = format!("\u{0}set:{}", self.builder.unit().name(key));
                let key = self.sym(&name);
                form.methods.push((key, id));
            }
            _ => form.methods.push((key, id)),
        }
    }

    /// Adds a decorator to the function added last.
    fn decorate(&mut self, id: FuncId, decorator: ExprId) {
        self.builder.decorate(id, decorator);
    }

    fn field(
        &mut self,
        key: &oxc_ast::ast::PropertyKey<'_>,
        computed: bool,
        value: &Expression<'_>,
        fixed: bool,
        form: &mut ClassForm,
        fields: &mut Vec<Stmt>,
    ) {
        let name = self.static_key(key, computed);
        let value = self.expression(value);
        match (fixed, name) {
            (true, Some(name)) => form.body.push(Stmt::Let {
                target: Pattern::Name(name),
                value: Some(value),
            }),
            (true, None) => form.body.push(Stmt::Expr(value)),
            (false, name) => {
                let this = self.expr(Expr::This, Span::default());
                let target = match name {
                    Some(name) => Pattern::Member(this, name),
                    None => {
                        let index = self.key(key, computed);
                        Pattern::Index(this, index)
                    }
                };
                let assign = self.expr(
                    Expr::Assign {
                        target: Box::new(target),
                        op: None,
                        value,
                    },
                    Span::default(),
                );
                fields.push(Stmt::Expr(assign));
            }
        }
    }

    fn constructor(&mut self, function: &FunctionNode<'_>, fields: Vec<Stmt>) -> FuncId {
        self.function(function, None, fields)
    }

    fn implied_constructor(&mut self, fields: Vec<Stmt>, span: Span) -> FuncId {
        let mut body = Vec::new();
        let mut params = Vec::new();
        if let Some(Some(base)) = self.bases.last().copied() {
            let rest = self.sym("\u{0}rest");
            params.push(Param {
                pattern: Pattern::Name(rest),
                default: None,
                rest: true,
                rest_named: false,
            });
            let base = self.variable_of(base.name, span);
            let callee = self.builder.member(base, SUPER, span);
            let this = self.expr(Expr::This, span);
            let value = self.variable_of(rest, span);
            let args = vec![
                positional(this),
                Arg {
                    name: None,
                    value,
                    spread: true,
                },
            ];
            let call = self.call_of(callee, args, false, span);
            body.push(Stmt::Expr(call));
        }
        body.extend(fields);
        self.builder.function(Function {
            name: None,
            params,
            body,
            decorators: Vec::new(),
            lexical_this: false,
            span,
        })
    }
}

/// Whether a parameter is called `require`, as in bundles.
fn shadows_require(params: &FormalParameters<'_>) -> bool {
    params.items.iter().any(
        |param| matches!(&param.pattern, BindingPattern::BindingIdentifier(id) if id.name == "require"),
    )
}
