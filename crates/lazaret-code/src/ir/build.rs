//! Building a unit.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    Arg, Const, Expr, ExprId, FuncId, Function, Language, Span, Stmt, Sym, SyntaxError, Unit,
};

/// Collects expressions, names and functions while a front end walks a tree.
#[derive(Debug)]
pub struct Builder {
    unit: Unit,
    interned: FxHashMap<Arc<str>, Sym>,
}

impl Builder {
    /// An empty unit.
    pub fn new(language: Language) -> Self {
        Self {
            unit: Unit {
                language,
                symbols: Vec::new(),
                exprs: Vec::new(),
                spans: Vec::new(),
                functions: Vec::new(),
                body: Vec::new(),
                errors: Vec::new(),
            },
            interned: FxHashMap::default(),
        }
    }

    /// Interns a name.
    pub fn sym(&mut self, name: &str) -> Sym {
        if let Some(sym) = self.interned.get(name) {
            return *sym;
        }
        let text: Arc<str> = name.into();
        let sym = Sym(self.unit.symbols.len() as u32);
        self.unit.symbols.push(text.clone());
        self.interned.insert(text, sym);
        sym
    }

    /// Adds an expression.
    pub fn expr(&mut self, expr: Expr, span: Span) -> ExprId {
        let id = ExprId(self.unit.exprs.len() as u32);
        self.unit.exprs.push(expr);
        self.unit.spans.push(span);
        id
    }

    /// Adds a text literal.
    pub fn str(&mut self, text: &str, span: Span) -> ExprId {
        self.expr(Expr::Const(Const::Str(text.into())), span)
    }

    /// Adds a variable.
    pub fn name(&mut self, name: &str, span: Span) -> ExprId {
        let sym = self.sym(name);
        self.expr(Expr::Name(sym), span)
    }

    /// Adds `object.name`.
    pub fn member(&mut self, object: ExprId, name: &str, span: Span) -> ExprId {
        let name = self.sym(name);
        self.expr(Expr::Member { object, name }, span)
    }

    /// Adds a call with positional arguments.
    pub fn call(&mut self, callee: ExprId, args: &[ExprId], span: Span) -> ExprId {
        let args = args
            .iter()
            .map(|value| Arg {
                name: None,
                value: *value,
                spread: false,
            })
            .collect();
        self.expr(
            Expr::Call {
                callee,
                args,
                construct: false,
            },
            span,
        )
    }

    /// Adds a function.
    pub fn function(&mut self, function: Function) -> FuncId {
        let id = FuncId(self.unit.functions.len() as u32);
        self.unit.functions.push(function);
        id
    }

    /// Adds a decorator to a function.
    pub fn decorate(&mut self, id: FuncId, decorator: ExprId) {
        if let Some(function) = self.unit.functions.get_mut(id.0 as usize) {
            function.decorators.push(decorator);
        }
    }

    /// Notes a part that could not be read.
    pub fn error(&mut self, message: impl Into<String>, span: Span) {
        self.unit.errors.push(SyntaxError {
            message: message.into(),
            span,
        });
    }

    /// The unit built so far, to look back at.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// Ends with the top-level statements.
    pub fn finish(mut self, body: Vec<Stmt>) -> Unit {
        self.unit.body = body;
        self.unit
    }
}
