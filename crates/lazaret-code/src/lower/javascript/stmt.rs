//! Statements.

use oxc_ast::ast::{
    Declaration, Expression, ForStatementInit, ForStatementLeft, Statement, TSEnumDeclaration,
    TSEnumMemberName, VariableDeclaration, VariableDeclarationKind,
};

use super::Lowering;
use crate::ir::{Case, Const, Expr, ExprId, Pattern, Stmt};

impl Lowering {
    /// Statements in order, functions first.
    pub(super) fn statements(&mut self, body: &[Statement<'_>], out: &mut Vec<Stmt>) {
        out.reserve(body.len());
        for statement in body {
            if let Statement::FunctionDeclaration(function) = statement {
                self.function_declaration(function, out);
            } else if let Statement::ExportDeclaration(export) = statement {
                if let Declaration::FunctionDeclaration(function) = &export.declaration {
                    self.function_declaration(function, out);
                }
            } else if let Statement::ExportDefaultDeclaration(export) = statement {
                self.default_function(export, out);
            }
        }
        for statement in body {
            self.statement(statement, out);
        }
    }

    /// The statements of a block.
    fn block(&mut self, body: &[Statement<'_>]) -> Vec<Stmt> {
        let mut out = Vec::new();
        self.statements(body, &mut out);
        out
    }

    /// A statement that stands where a block may.
    fn body(&mut self, statement: &Statement<'_>) -> Vec<Stmt> {
        match statement {
            Statement::BlockStatement(block) => self.block(&block.body),
            other => self.block(std::slice::from_ref(other)),
        }
    }

    fn statement(&mut self, statement: &Statement<'_>, out: &mut Vec<Stmt>) {
        self.deeper(|it| it.statement_inner(statement, out));
    }

    fn statement_inner(&mut self, statement: &Statement<'_>, out: &mut Vec<Stmt>) {
        match statement {
            Statement::ExpressionStatement(s) => self.expression_statement(&s.expression, out),
            Statement::VariableDeclaration(declaration) => self.variables(declaration, out),
            // Bound already.
            Statement::FunctionDeclaration(_) => {}
            Statement::BlockStatement(block) => {
                let body = self.block(&block.body);
                out.push(Stmt::Block(body));
            }
            Statement::IfStatement(s) => {
                let test = self.expression(&s.test);
                let then = self.body(&s.consequent);
                let otherwise = s
                    .alternate
                    .as_ref()
                    .map(|alternate| self.body(alternate))
                    .unwrap_or_default();
                out.push(Stmt::If {
                    test,
                    then,
                    otherwise,
                });
            }
            Statement::ReturnStatement(s) => {
                let value = s.argument.as_ref().map(|value| self.expression(value));
                out.push(Stmt::Return(value));
            }
            Statement::ThrowStatement(s) => {
                let value = self.expression(&s.argument);
                out.push(Stmt::Throw(Some(value)));
            }
            Statement::TryStatement(s) => {
                let body = self.block(&s.block.body);
                let mut handlers = Vec::new();
                if let Some(handler) = &s.handler {
                    let mut handled = Vec::new();
                    let bound = handler.param.as_ref().map(|param| {
                        let pattern = self.binding(&param.pattern);
                        match pattern {
                            Pattern::Name(name) => name,
                            other => {
                                let name = self.temporary("error");
                                let span = self.span(param.span);
                                let value = self.variable_of(name, span);
                                handled.push(Stmt::Let {
                                    target: other,
                                    value: Some(value),
                                });
                                name
                            }
                        }
                    });
                    self.statements(&handler.body.body, &mut handled);
                    handlers.push((bound, handled));
                }
                let finally = s
                    .finalizer
                    .as_ref()
                    .map(|block| self.block(&block.body))
                    .unwrap_or_default();
                out.push(Stmt::Try {
                    body,
                    handlers,
                    otherwise: Vec::new(),
                    finally,
                });
            }
            Statement::BreakStatement(s) => {
                let label = s.label.as_ref().map(|label| self.sym(&label.name));
                out.push(Stmt::Break(label));
            }
            Statement::ContinueStatement(s) => {
                let label = s.label.as_ref().map(|label| self.sym(&label.name));
                out.push(Stmt::Continue(label));
            }
            Statement::LabeledStatement(s) => {
                let label = self.sym(&s.label.name);
                let mut inner = self.body_kept(&s.body);
                let inner = match inner.pop() {
                    Some(only) if inner.is_empty() => only,
                    Some(last) => {
                        inner.push(last);
                        Stmt::Block(inner)
                    }
                    None => Stmt::Block(Vec::new()),
                };
                out.push(Stmt::Label(label, Box::new(inner)));
            }
            Statement::ForStatement(_)
            | Statement::ForInStatement(_)
            | Statement::ForOfStatement(_)
            | Statement::WhileStatement(_)
            | Statement::DoWhileStatement(_) => self.looped(statement, out),
            Statement::SwitchStatement(s) => {
                let subject = self.expression(&s.discriminant);
                let mut functions = Vec::new();
                let cases = s
                    .cases
                    .iter()
                    .map(|case| {
                        let tests = case
                            .test
                            .as_ref()
                            .map(|test| self.expression(test))
                            .into_iter()
                            .collect();
                        let mut body = Vec::new();
                        for statement in &case.consequent {
                            if let Statement::FunctionDeclaration(function) = statement {
                                self.function_declaration(function, &mut functions);
                            }
                        }
                        for statement in &case.consequent {
                            self.statement(statement, &mut body);
                        }
                        Case { tests, body }
                    })
                    .collect();
                out.append(&mut functions);
                out.push(Stmt::Switch {
                    subject,
                    cases,
                    fall_through: true,
                });
            }
            Statement::WithStatement(s) => {
                let object = self.expression(&s.object);
                out.push(Stmt::Expr(object));
                let body = self.body(&s.body);
                out.push(Stmt::Block(body));
            }
            Statement::ClassDeclaration(class) => self.class_declaration(class, out),
            Statement::TSEnumDeclaration(declaration) => self.enumeration(declaration, out),
            Statement::TSNamespaceDeclaration(_)
            | Statement::TSGlobalDeclaration(_)
            | Statement::TSExternalModuleDeclaration(_)
            | Statement::TSTypeAliasDeclaration(_)
            | Statement::TSInterfaceDeclaration(_)
            | Statement::DebuggerStatement(_)
            | Statement::EmptyStatement(_) => {}
            other => self.module_statement(other, out),
        }
    }

    fn body_kept(&mut self, statement: &Statement<'_>) -> Vec<Stmt> {
        let mut out = Vec::new();
        if let Statement::FunctionDeclaration(function) = statement {
            self.function_declaration(function, &mut out);
        } else {
            self.statement(statement, &mut out);
        }
        out
    }

    /// Expressions for their effects; what `a && b`, `a ? b : c` and `a, b`
    /// mean there.
    fn expression_statement(&mut self, expression: &Expression<'_>, out: &mut Vec<Stmt>) {
        match expression {
            Expression::SequenceExpression(sequence) => {
                for expression in &sequence.expressions {
                    let value = self.expression(expression);
                    out.push(Stmt::Expr(value));
                }
            }
            other => {
                let value = self.expression(other);
                out.push(Stmt::Expr(value));
            }
        }
    }

    pub(super) fn variables(&mut self, declaration: &VariableDeclaration<'_>, out: &mut Vec<Stmt>) {
        if declaration.declare {
            return;
        }
        let var = declaration.kind == VariableDeclarationKind::Var;
        for declarator in &declaration.declarations {
            let target = self.binding(&declarator.id);
            match &declarator.init {
                Some(init) => {
                    let value = self.expression(init);
                    if var {
                        let span = self.span(declarator.span);
                        let assign = self.expr(
                            Expr::Assign {
                                target: Box::new(target),
                                op: None,
                                value,
                            },
                            span,
                        );
                        out.push(Stmt::Expr(assign));
                    } else {
                        out.push(Stmt::Let {
                            target,
                            value: Some(value),
                        });
                    }
                }
                None if var => {}
                None => out.push(Stmt::Let {
                    target,
                    value: None,
                }),
            }
        }
    }

    fn looped(&mut self, statement: &Statement<'_>, out: &mut Vec<Stmt>) {
        match statement {
            Statement::ForStatement(s) => {
                let mut init = Vec::new();
                match &s.init {
                    Some(ForStatementInit::VariableDeclaration(declaration)) => {
                        self.variables(declaration, &mut init);
                    }
                    Some(other) => {
                        if let Some(expression) = other.as_expression() {
                            self.expression_statement(expression, &mut init);
                        }
                    }
                    None => {}
                }
                let test = s.test.as_ref().map(|test| self.expression(test));
                let update = s.update.as_ref().map(|update| self.expression(update));
                let body = self.body(&s.body);
                out.push(Stmt::While {
                    init,
                    test,
                    update,
                    body,
                    test_last: false,
                });
            }
            Statement::WhileStatement(s) => {
                let test = self.loop_test(&s.test);
                let body = self.body(&s.body);
                out.push(Stmt::While {
                    init: Vec::new(),
                    test,
                    update: None,
                    body,
                    test_last: false,
                });
            }
            Statement::DoWhileStatement(s) => {
                let body = self.body(&s.body);
                let test = self.loop_test(&s.test);
                out.push(Stmt::While {
                    init: Vec::new(),
                    test,
                    update: None,
                    body,
                    test_last: true,
                });
            }
            Statement::ForInStatement(s) => {
                let iterable = self.expression(&s.right);
                self.for_each(&s.left, iterable, true, &s.body, out);
            }
            Statement::ForOfStatement(s) => {
                let iterable = self.expression(&s.right);
                self.for_each(&s.left, iterable, false, &s.body, out);
            }
            _ => {}
        }
    }

    fn loop_test(&mut self, test: &Expression<'_>) -> Option<ExprId> {
        match test {
            Expression::BooleanLiteral(literal) if literal.value => None,
            other => Some(self.expression(other)),
        }
    }

    fn for_each(
        &mut self,
        left: &ForStatementLeft<'_>,
        iterable: ExprId,
        keys: bool,
        body: &Statement<'_>,
        out: &mut Vec<Stmt>,
    ) {
        let (target, assigned) = match left {
            ForStatementLeft::VariableDeclaration(declaration) => {
                let target = match declaration.declarations.first() {
                    Some(declarator) => self.binding(&declarator.id),
                    None => Pattern::Ignore,
                };
                let var = declaration.kind == VariableDeclarationKind::Var;
                (target, var)
            }
            other => match other.as_assignment_target() {
                Some(target) => (self.target(target), true),
                None => (Pattern::Ignore, false),
            },
        };
        let mut inner = Vec::new();
        // A variable from outside is assigned, one of its own declared.
        let target = if assigned {
            let name = self.temporary("each");
            let value = self.variable_of(name, crate::ir::Span::default());
            let assign = self.expr(
                Expr::Assign {
                    target: Box::new(target),
                    op: None,
                    value,
                },
                crate::ir::Span::default(),
            );
            inner.push(Stmt::Expr(assign));
            Pattern::Name(name)
        } else {
            target
        };
        let mut rest = self.body(body);
        inner.append(&mut rest);
        out.push(Stmt::ForEach {
            target,
            iterable,
            keys,
            body: inner,
        });
    }

    /// `enum E { A, B = "x" }` as an object.
    pub(super) fn enumeration(&mut self, declaration: &TSEnumDeclaration<'_>, out: &mut Vec<Stmt>) {
        if declaration.declare {
            return;
        }
        let span = self.span(declaration.span);
        let mut entries = Vec::new();
        let mut next = 0i64;
        for member in &declaration.body.members {
            let member_span = self.span(member.span);
            let name = match &member.id {
                TSEnumMemberName::Identifier(id) => id.name.to_string(),
                TSEnumMemberName::String(text) | TSEnumMemberName::ComputedString(text) => {
                    text.value.to_string()
                }
                TSEnumMemberName::ComputedTemplateString(_) => continue,
            };
            let value = match &member.initializer {
                Some(Expression::NumericLiteral(number)) => {
                    next = number.value as i64 + 1;
                    self.number(number.value, member_span)
                }
                Some(init) => self.expression(init),
                None => {
                    let value = self.expr(Expr::Const(Const::Int(next)), member_span);
                    next += 1;
                    value
                }
            };
            let key = self.builder.str(&name, member_span);
            entries.push((Some(key), value));
        }
        let value = self.expr(Expr::Map(entries), span);
        let name = self.sym(&declaration.id.name);
        out.push(Stmt::Let {
            target: Pattern::Name(name),
            value: Some(value),
        });
    }
}
