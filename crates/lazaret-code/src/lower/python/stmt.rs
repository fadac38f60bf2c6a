//! Statements.

use ruff_python_ast::{
    Alias, ExceptHandler, Expr as Ast, Identifier, Parameters, Pattern as AstPattern,
    Stmt as AstStmt,
};
use ruff_text_size::Ranged;

use super::{Lowering, span};
use crate::ir::{
    Case, Class, Const, Expr, ExprId, FuncId, Function, ImportBinding, Param, Pattern, PatternItem,
    Stmt, Sym,
};

/// Statements within statements.
const DEPTH: u32 = 200;

impl Lowering<'_> {
    pub(super) fn body(&mut self, body: &[AstStmt]) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(body.len());
        if self.depth >= DEPTH {
            return out;
        }
        self.depth += 1;
        for stmt in body {
            self.stmt(stmt, &mut out);
        }
        self.depth -= 1;
        out
    }

    fn stmt(&mut self, stmt: &AstStmt, out: &mut Vec<Stmt>) {
        match stmt {
            AstStmt::FunctionDef(def) => {
                let decorators = self.decorators(&def.decorator_list);
                let body = self.body(&def.body);
                let id = self.function(
                    Some(&def.name),
                    Some(&def.parameters),
                    body,
                    decorators,
                    span(def.range),
                );
                out.push(Stmt::Function(id));
            }
            AstStmt::ClassDef(def) => {
                let bases = def.arguments.iter().flat_map(|a| a.args.iter());
                let bases = bases.map(|base| self.expr(base)).collect();
                let mut methods = Vec::new();
                let mut rest = Vec::new();
                self.depth += 1;
                for stmt in &def.body {
                    match stmt {
                        AstStmt::FunctionDef(method) if self.depth < DEPTH => {
                            let decorators = self.decorators(&method.decorator_list);
                            let body = self.body(&method.body);
                            let id = self.function(
                                Some(&method.name),
                                Some(&method.parameters),
                                body,
                                decorators,
                                span(method.range),
                            );
                            let name = self.builder.sym(&method.name);
                            methods.push((name, id));
                        }
                        other => self.stmt(other, &mut rest),
                    }
                }
                self.depth -= 1;
                let name = Some(self.builder.sym(&def.name));
                out.push(Stmt::Class(Class {
                    name,
                    bases,
                    methods,
                    body: rest,
                }));
                // Decorators of a class are called with it.
                for decorator in def.decorator_list.iter().rev() {
                    let place = span(decorator.range);
                    let callee = self.expr(&decorator.expression);
                    let class = self.builder.name(&def.name, place);
                    let call = self.builder.call(callee, &[class], place);
                    out.push(Stmt::Expr(call));
                }
            }
            AstStmt::Return(stmt) => {
                let value = stmt.value.as_ref().map(|value| self.expr(value));
                out.push(Stmt::Return(value));
            }
            AstStmt::Delete(_)
            | AstStmt::TypeAlias(_)
            | AstStmt::Pass(_)
            | AstStmt::IpyEscapeCommand(_) => {}
            AstStmt::Assign(stmt) => {
                if let (true, [Ast::Name(name)]) = (self.python2, stmt.targets.as_slice())
                    && self.python2_statement(&name.id, &stmt.value, out)
                {
                    return;
                }
                let value = self.expr(&stmt.value);
                self.assign_all(&stmt.targets, value, out);
            }
            AstStmt::AugAssign(stmt) => {
                let target = Box::new(self.pattern(&stmt.target));
                let value = self.expr(&stmt.value);
                let op = super::expr::binary(stmt.op);
                let id = self.builder.expr(
                    Expr::Assign {
                        target,
                        op: Some(op),
                        value,
                    },
                    span(stmt.range),
                );
                out.push(Stmt::Expr(id));
            }
            AstStmt::AnnAssign(stmt) => {
                if let Some(value) = &stmt.value {
                    let target = self.pattern(&stmt.target);
                    let value = Some(self.expr(value));
                    out.push(Stmt::Let { target, value });
                }
            }
            AstStmt::For(stmt) => {
                let target = self.pattern(&stmt.target);
                let iterable = self.expr(&stmt.iter);
                let body = self.body(&stmt.body);
                out.push(Stmt::ForEach {
                    target,
                    iterable,
                    keys: false,
                    body,
                });
                out.extend(self.body(&stmt.orelse));
            }
            AstStmt::While(stmt) => {
                let test = Some(self.expr(&stmt.test));
                let body = self.body(&stmt.body);
                out.push(Stmt::While {
                    init: Vec::new(),
                    test,
                    update: None,
                    body,
                    test_last: false,
                });
                out.extend(self.body(&stmt.orelse));
            }
            AstStmt::If(stmt) => {
                if !self.main && is_main_test(&stmt.test) {
                    // Runs when the file is the program, not when imported.
                    let body = self.body(&stmt.body);
                    let name = self.builder.sym("__main__");
                    let id = self.builder.function(Function {
                        name: Some(name),
                        params: Vec::new(),
                        body,
                        decorators: Vec::new(),
                        lexical_this: false,
                        span: span(stmt.range),
                    });
                    out.push(Stmt::Function(id));
                    return;
                }
                let test = self.expr(&stmt.test);
                let then = self.body(&stmt.body);
                let mut otherwise = Vec::new();
                for clause in stmt.elif_else_clauses.iter().rev() {
                    let body = self.body(&clause.body);
                    otherwise = match &clause.test {
                        Some(test) => {
                            let test = self.expr(test);
                            vec![Stmt::If {
                                test,
                                then: body,
                                otherwise,
                            }]
                        }
                        None => body,
                    };
                }
                out.push(Stmt::If {
                    test,
                    then,
                    otherwise,
                });
            }
            AstStmt::With(stmt) => {
                let items = stmt
                    .items
                    .iter()
                    .map(|item| {
                        let value = self.expr(&item.context_expr);
                        let target = item.optional_vars.as_ref().map(|vars| self.pattern(vars));
                        (value, target)
                    })
                    .collect();
                let body = self.body(&stmt.body);
                out.push(Stmt::With { items, body });
            }
            AstStmt::Match(stmt) => {
                let subject = self.expr(&stmt.subject);
                let cases = stmt
                    .cases
                    .iter()
                    .map(|case| {
                        let mut tests = Vec::new();
                        self.case_tests(&case.pattern, &mut tests);
                        let body = self.body(&case.body);
                        Case { tests, body }
                    })
                    .collect();
                out.push(Stmt::Switch {
                    subject,
                    cases,
                    fall_through: false,
                });
            }
            AstStmt::Raise(stmt) => {
                let value = stmt.exc.as_ref().map(|exc| self.expr(exc));
                out.push(Stmt::Throw(value));
            }
            AstStmt::Try(stmt) => {
                let body = self.body(&stmt.body);
                let handlers = stmt
                    .handlers
                    .iter()
                    .map(|ExceptHandler::ExceptHandler(handler)| {
                        let name = handler.name.as_ref().map(|name| self.builder.sym(name));
                        (name, self.body(&handler.body))
                    })
                    .collect();
                let otherwise = self.body(&stmt.orelse);
                let finally = self.body(&stmt.finalbody);
                out.push(Stmt::Try {
                    body,
                    handlers,
                    otherwise,
                    finally,
                });
            }
            AstStmt::Assert(stmt) => {
                let test = self.expr(&stmt.test);
                out.push(Stmt::Expr(test));
            }
            AstStmt::Import(stmt) => {
                for alias in &stmt.names {
                    self.import(alias, out);
                }
            }
            AstStmt::ImportFrom(stmt) => {
                let dots = ".".repeat(stmt.level as usize);
                let module = stmt.module.as_ref().map_or("", |m| m.as_str());
                let module = self.builder.sym(&format!("{dots}{module}"));
                let bindings = stmt
                    .names
                    .iter()
                    .map(|alias| {
                        let imported = Some(self.builder.sym(&alias.name));
                        let local = alias.asname.as_ref().unwrap_or(&alias.name);
                        ImportBinding {
                            imported,
                            local: self.builder.sym(local),
                        }
                    })
                    .collect();
                out.push(Stmt::Import { module, bindings });
            }
            AstStmt::Global(stmt) => out.push(self.outer(&stmt.names)),
            AstStmt::Nonlocal(stmt) => out.push(self.outer(&stmt.names)),
            AstStmt::Expr(stmt) => {
                // Documentation says nothing about behaviour.
                if !matches!(
                    &*stmt.value,
                    Ast::StringLiteral(_) | Ast::EllipsisLiteral(_)
                ) {
                    let id = self.expr(&stmt.value);
                    out.push(Stmt::Expr(id));
                } else if self.source.len() < 4096 {
                    // The value of code given to `eval`.
                    let id = self.expr(&stmt.value);
                    out.push(Stmt::Expr(id));
                }
            }
            AstStmt::Break(_) => out.push(Stmt::Break(None)),
            AstStmt::Continue(_) => out.push(Stmt::Continue(None)),
        }
    }

    fn outer(&mut self, names: &[Identifier]) -> Stmt {
        Stmt::Outer(names.iter().map(|name| self.builder.sym(name)).collect())
    }

    /// `import a.b` binds `a`, `import a.b as c` binds `a.b`.
    fn import(&mut self, alias: &Alias, out: &mut Vec<Stmt>) {
        let module = self.builder.sym(&alias.name);
        match &alias.asname {
            Some(name) => {
                let local = self.builder.sym(name);
                out.push(Stmt::Import {
                    module,
                    bindings: vec![ImportBinding {
                        imported: None,
                        local,
                    }],
                });
            }
            None => match alias.name.split_once('.') {
                Some((first, _)) => {
                    out.push(Stmt::Import {
                        module,
                        bindings: Vec::new(),
                    });
                    let first = self.builder.sym(first);
                    out.push(Stmt::Import {
                        module: first,
                        bindings: vec![ImportBinding {
                            imported: None,
                            local: first,
                        }],
                    });
                }
                None => out.push(Stmt::Import {
                    module,
                    bindings: vec![ImportBinding {
                        imported: None,
                        local: module,
                    }],
                }),
            },
        }
    }

    /// `exec code` and `print x` of Python 2 after their repair.
    fn python2_statement(&mut self, name: &str, value: &Ast, out: &mut Vec<Stmt>) -> bool {
        match name {
            "print" => {
                let id = self.expr(value);
                out.push(Stmt::Expr(id));
                true
            }
            "exec" => {
                // `exec code in ns` reads as a comparison.
                let code = match value {
                    Ast::Compare(compare) => self.expr(&compare.left),
                    other => self.expr(other),
                };
                let place = span(value.range());
                let callee = self.builder.name("exec", place);
                let call = self.builder.call(callee, &[code], place);
                out.push(Stmt::Expr(call));
                true
            }
            _ => false,
        }
    }

    fn assign_all(&mut self, targets: &[Ast], value: ExprId, out: &mut Vec<Stmt>) {
        let Some((first, more)) = targets.split_first() else {
            return;
        };
        if more.is_empty() {
            let target = self.pattern(first);
            out.push(Stmt::Let {
                target,
                value: Some(value),
            });
            return;
        }
        // `a = b = value` evaluates the value once.
        let place = span(first.range());
        let kept = self.builder.sym("\u{0}value");
        out.push(Stmt::Let {
            target: Pattern::Name(kept),
            value: Some(value),
        });
        for target in targets {
            let target = self.pattern(target);
            let value = Some(self.builder.expr(Expr::Name(kept), place));
            out.push(Stmt::Let { target, value });
        }
    }

    fn decorators(&mut self, list: &[ruff_python_ast::Decorator]) -> Vec<ExprId> {
        list.iter().map(|d| self.expr(&d.expression)).collect()
    }

    pub(super) fn function(
        &mut self,
        name: Option<&str>,
        parameters: Option<&Parameters>,
        body: Vec<Stmt>,
        decorators: Vec<ExprId>,
        place: crate::ir::Span,
    ) -> FuncId {
        let mut params = Vec::new();
        let mut add = |this: &mut Self, name: &str, default, rest, rest_named| {
            let pattern = Pattern::Name(this.builder.sym(name));
            params.push(Param {
                pattern,
                default,
                rest,
                rest_named,
            });
        };
        if let Some(parameters) = parameters {
            for p in parameters.posonlyargs.iter().chain(&parameters.args) {
                let default = p.default.as_ref().map(|d| self.expr(d));
                add(self, &p.parameter.name, default, false, false);
            }
            if let Some(rest) = &parameters.vararg {
                add(self, &rest.name, None, true, false);
            }
            for p in &parameters.kwonlyargs {
                let default = p.default.as_ref().map(|default| self.expr(default));
                add(self, &p.parameter.name, default, false, false);
            }
            if let Some(rest) = &parameters.kwarg {
                add(self, &rest.name, None, false, true);
            }
        }
        let name = name.map(|name| self.builder.sym(name));
        self.builder.function(Function {
            name,
            params,
            body,
            decorators,
            lexical_this: false,
            span: place,
        })
    }

    /// What a value is bound to.
    pub(super) fn pattern(&mut self, target: &Ast) -> Pattern {
        match target {
            Ast::Name(name) => Pattern::Name(self.builder.sym(&name.id)),
            Ast::Attribute(attribute) => {
                let object = self.expr(&attribute.value);
                Pattern::Member(object, self.builder.sym(&attribute.attr))
            }
            Ast::Subscript(subscript) => {
                if matches!(&*subscript.slice, Ast::Slice(_)) {
                    return Pattern::Ignore;
                }
                let object = self.expr(&subscript.value);
                Pattern::Index(object, self.expr(&subscript.slice))
            }
            Ast::Tuple(tuple) => self.pattern_list(&tuple.elts),
            Ast::List(list) => self.pattern_list(&list.elts),
            Ast::Starred(starred) => self.pattern(&starred.value),
            _ => Pattern::Ignore,
        }
    }

    fn pattern_list(&mut self, items: &[Ast]) -> Pattern {
        if self.depth >= DEPTH {
            return Pattern::Ignore;
        }
        self.depth += 1;
        let items = items
            .iter()
            .map(|item| {
                Some(PatternItem {
                    pattern: self.pattern(item),
                    rest: matches!(item, Ast::Starred(_)),
                    default: None,
                })
            })
            .collect();
        self.depth -= 1;
        Pattern::List(items)
    }

    /// Values that a `case` compares with; none for what always may match.
    fn case_tests(&mut self, pattern: &AstPattern, tests: &mut Vec<ExprId>) {
        match pattern {
            AstPattern::MatchValue(value) => {
                let id = self.expr(&value.value);
                tests.push(id);
            }
            AstPattern::MatchOr(or) => {
                for pattern in or.patterns.iter().take(64) {
                    self.case_tests(pattern, tests);
                }
            }
            AstPattern::MatchAs(as_pattern) if as_pattern.pattern.is_none() => {}
            other => {
                let id = self.unknown(other);
                tests.push(id);
            }
        }
    }

    /// A text constant.
    pub(super) fn text(&mut self, text: &str, place: crate::ir::Span) -> ExprId {
        self.builder
            .expr(Expr::Const(Const::Str(text.into())), place)
    }

    /// A name.
    pub(super) fn sym(&mut self, name: &str) -> Sym {
        self.builder.sym(name)
    }
}

fn is_main_test(test: &Ast) -> bool {
    let Ast::Compare(compare) = test else {
        return false;
    };
    let name = |e: &Ast| matches!(e, Ast::Name(name) if name.id.as_str() == "__name__");
    let main = |e: &Ast| matches!(e, Ast::StringLiteral(s) if s.value.to_str() == "__main__");
    match &*compare.comparators {
        [other] => (name(&compare.left) && main(other)) || (main(&compare.left) && name(other)),
        _ => false,
    }
}
