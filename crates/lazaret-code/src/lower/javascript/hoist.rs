//! What is visible before it stands: `var` and functions.

use oxc_ast::ast::{
    BindingPattern, Declaration, ForStatementInit, ForStatementLeft, Statement,
    VariableDeclaration, VariableDeclarationKind,
};
use rustc_hash::FxHashSet;

use super::{Lowering, declare};
use crate::ir::{Stmt, Sym};

impl Lowering {
    /// Declarations of all `var`s of a function's body, and its functions.
    pub(super) fn hoisted(&mut self, body: &[Statement<'_>]) -> Vec<Stmt> {
        let mut found = Found {
            names: Vec::new(),
            seen: FxHashSet::default(),
        };
        found.statements(self, body, true);
        found.names.into_iter().map(declare).collect()
    }
}

struct Found {
    names: Vec<Sym>,
    seen: FxHashSet<Sym>,
}

impl Found {
    fn statements(&mut self, it: &mut Lowering, body: &[Statement<'_>], top: bool) {
        for statement in body {
            self.statement(it, statement, top);
        }
    }

    fn statement(&mut self, it: &mut Lowering, statement: &Statement<'_>, top: bool) {
        match statement {
            Statement::VariableDeclaration(declaration) => self.declaration(it, declaration),
            Statement::ExportDeclaration(export) => {
                if let Declaration::VariableDeclaration(declaration) = &export.declaration {
                    self.declaration(it, declaration);
                }
            }
            // A function in a block is seen in the whole function too.
            Statement::FunctionDeclaration(function) if !top => {
                if let Some(id) = &function.id {
                    self.name(it, &id.name);
                }
            }
            _ => {
                it.deeper(|it| self.inner(it, statement));
            }
        }
    }

    fn inner(&mut self, it: &mut Lowering, statement: &Statement<'_>) {
        match statement {
            Statement::BlockStatement(block) => self.statements(it, &block.body, false),
            Statement::IfStatement(s) => {
                self.statement(it, &s.consequent, false);
                if let Some(alternate) = &s.alternate {
                    self.statement(it, alternate, false);
                }
            }
            Statement::ForStatement(s) => {
                if let Some(ForStatementInit::VariableDeclaration(declaration)) = &s.init {
                    self.declaration(it, declaration);
                }
                self.statement(it, &s.body, false);
            }
            Statement::ForInStatement(s) => {
                self.left(it, &s.left);
                self.statement(it, &s.body, false);
            }
            Statement::ForOfStatement(s) => {
                self.left(it, &s.left);
                self.statement(it, &s.body, false);
            }
            Statement::WhileStatement(s) => self.statement(it, &s.body, false),
            Statement::DoWhileStatement(s) => self.statement(it, &s.body, false),
            Statement::WithStatement(s) => self.statement(it, &s.body, false),
            Statement::LabeledStatement(s) => self.statement(it, &s.body, false),
            Statement::SwitchStatement(s) => {
                for case in &s.cases {
                    self.statements(it, &case.consequent, false);
                }
            }
            Statement::TryStatement(s) => {
                self.statements(it, &s.block.body, false);
                if let Some(handler) = &s.handler {
                    self.statements(it, &handler.body.body, false);
                }
                if let Some(finalizer) = &s.finalizer {
                    self.statements(it, &finalizer.body, false);
                }
            }
            _ => {}
        }
    }

    fn left(&mut self, it: &mut Lowering, left: &ForStatementLeft<'_>) {
        if let ForStatementLeft::VariableDeclaration(declaration) = left {
            self.declaration(it, declaration);
        }
    }

    fn declaration(&mut self, it: &mut Lowering, declaration: &VariableDeclaration<'_>) {
        if declaration.kind == VariableDeclarationKind::Var && !declaration.declare {
            for declarator in &declaration.declarations {
                self.pattern(it, &declarator.id);
            }
        }
    }

    fn pattern(&mut self, it: &mut Lowering, pattern: &BindingPattern<'_>) {
        match pattern {
            BindingPattern::BindingIdentifier(id) => self.name(it, &id.name),
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    it.deeper(|it| self.pattern(it, &property.value));
                }
                if let Some(rest) = &object.rest {
                    it.deeper(|it| self.pattern(it, &rest.argument));
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for element in array.elements.iter().flatten() {
                    it.deeper(|it| self.pattern(it, element));
                }
                if let Some(rest) = &array.rest {
                    it.deeper(|it| self.pattern(it, &rest.argument));
                }
            }
            BindingPattern::AssignmentPattern(assignment) => {
                it.deeper(|it| self.pattern(it, &assignment.left));
            }
        }
    }

    fn name(&mut self, it: &mut Lowering, name: &str) {
        let sym = it.sym(name);
        if self.seen.insert(sym) {
            self.names.push(sym);
        }
    }
}
