//! Imports and exports.

use oxc_ast::ast::{
    Declaration, ExportDefaultDeclaration, ExportDefaultDeclarationKind,
    ImportDeclarationSpecifier, ImportOrExportKind, ModuleExportName, Statement, TSModuleReference,
};

use super::Lowering;
use crate::ir::{Expr, ImportBinding, Pattern, Span, Stmt, Sym};

impl Lowering {
    pub(super) fn module_statement(&mut self, statement: &Statement<'_>, out: &mut Vec<Stmt>) {
        match statement {
            Statement::ImportDeclaration(import) => {
                if import.import_kind == ImportOrExportKind::Type {
                    return;
                }
                let module = self.sym(&import.source.value);
                let mut bindings = Vec::new();
                for specifier in import.specifiers.iter().flatten() {
                    bindings.push(match specifier {
                        ImportDeclarationSpecifier::ImportSpecifier(s) => {
                            let imported = self.export_name(&s.imported);
                            let local = self.sym(&s.local.name);
                            ImportBinding {
                                imported: Some(imported),
                                local,
                            }
                        }
                        ImportDeclarationSpecifier::ImportDefaultSpecifier(s) => {
                            let imported = self.sym("default");
                            let local = self.sym(&s.local.name);
                            ImportBinding {
                                imported: Some(imported),
                                local,
                            }
                        }
                        ImportDeclarationSpecifier::ImportNamespaceSpecifier(s) => {
                            let local = self.sym(&s.local.name);
                            ImportBinding {
                                imported: None,
                                local,
                            }
                        }
                    });
                }
                out.push(Stmt::Import { module, bindings });
            }
            Statement::ExportAllDeclaration(export) => {
                if export.export_kind == ImportOrExportKind::Type {
                    return;
                }
                let span = self.span(export.span);
                let module = self.sym(&export.source.value);
                let value = self.expr(Expr::Module(module), span);
                let name = export.exported.as_ref().map(|name| self.export_name(name));
                out.push(Stmt::Export { name, value });
            }
            Statement::ExportDefaultDeclaration(export) => self.export_default(export, out),
            Statement::ExportDeclaration(export) => {
                self.export_declaration(&export.declaration, out)
            }
            Statement::ExportNamedDeclaration(export) => {
                if export.export_kind == ImportOrExportKind::Type {
                    return;
                }
                for specifier in &export.specifiers {
                    let span = self.span(specifier.span);
                    let local = self.export_name(&specifier.local);
                    let value = self.variable_of(local, span);
                    let name = self.export_name(&specifier.exported);
                    self.exports.push(Stmt::Export {
                        name: Some(name),
                        value,
                    });
                }
            }
            Statement::ExportFromDeclaration(export) => {
                if export.export_kind == ImportOrExportKind::Type {
                    return;
                }
                let span = self.span(export.span);
                let module = self.sym(&export.source.value);
                if export.specifiers.is_empty() {
                    let value = self.expr(Expr::Module(module), span);
                    out.push(Stmt::Expr(value));
                }
                for specifier in &export.specifiers {
                    let value = self.expr(Expr::Module(module), span);
                    let imported = self.export_name(&specifier.local);
                    let value = self.expr(
                        Expr::Member {
                            object: value,
                            name: imported,
                        },
                        span,
                    );
                    let name = self.export_name(&specifier.exported);
                    out.push(Stmt::Export {
                        name: Some(name),
                        value,
                    });
                }
            }
            Statement::TSExportAssignment(export) => {
                let span = self.span(export.span);
                let value = self.expression(&export.expression);
                let module = self.variable("module", span);
                let exports = self.sym("exports");
                let assign = self.expr(
                    Expr::Assign {
                        target: Box::new(Pattern::Member(module, exports)),
                        op: None,
                        value,
                    },
                    span,
                );
                out.push(Stmt::Expr(assign));
            }
            Statement::TSImportEqualsDeclaration(import) => {
                if import.import_kind == ImportOrExportKind::Type {
                    return;
                }
                if let TSModuleReference::ExternalModuleReference(module) = &import.module_reference
                {
                    let module = self.sym(&module.expression.value);
                    let local = self.sym(&import.id.name);
                    out.push(Stmt::Import {
                        module,
                        bindings: vec![ImportBinding {
                            imported: None,
                            local,
                        }],
                    });
                }
            }
            _ => {}
        }
    }

    fn export_name(&mut self, name: &ModuleExportName<'_>) -> Sym {
        match name {
            ModuleExportName::IdentifierName(id) => self.sym(&id.name),
            ModuleExportName::IdentifierReference(id) => self.sym(&id.name),
            ModuleExportName::StringLiteral(text) => self.sym(&text.value),
        }
    }

    fn exported(&mut self, local: Sym, name: &str) {
        let value = self.variable_of(local, Span::default());
        let name = self.sym(name);
        self.exports.push(Stmt::Export {
            name: Some(name),
            value,
        });
    }

    /// `export default function f() {}` is bound with the other functions.
    pub(super) fn default_function(
        &mut self,
        export: &ExportDefaultDeclaration<'_>,
        out: &mut Vec<Stmt>,
    ) {
        if let ExportDefaultDeclarationKind::FunctionDeclaration(function) = &export.declaration
            && function.id.is_some()
        {
            self.function_declaration(function, out);
        }
    }

    fn export_default(&mut self, export: &ExportDefaultDeclaration<'_>, out: &mut Vec<Stmt>) {
        let span = self.span(export.span);
        let value = match &export.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => match &function.id {
                Some(id) => {
                    let name = self.sym(&id.name);
                    self.variable_of(name, span)
                }
                None => self.function_expression(function, span),
            },
            ExportDefaultDeclarationKind::ClassDeclaration(class) => match &class.id {
                Some(id) => {
                    self.class_declaration(class, out);
                    let name = self.sym(&id.name);
                    self.variable_of(name, span)
                }
                None => self.class_expression(class, span),
            },
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => return,
            other => match other.as_expression() {
                Some(expression) => self.expression(expression),
                None => return,
            },
        };
        let name = self.sym("default");
        out.push(Stmt::Export {
            name: Some(name),
            value,
        });
    }

    fn export_declaration(&mut self, declaration: &Declaration<'_>, out: &mut Vec<Stmt>) {
        match declaration {
            Declaration::VariableDeclaration(variables) => {
                let start = out.len();
                self.variables(variables, out);
                let mut names = Vec::new();
                for declarator in &variables.declarations {
                    let pattern = self.binding(&declarator.id);
                    collect(&pattern, &mut names);
                }
                let _ = start;
                for local in names {
                    let name = self.builder.unit().name(local).to_owned();
                    self.exported(local, &name);
                }
            }
            Declaration::FunctionDeclaration(function) => {
                if let Some(id) = &function.id {
                    let local = self.sym(&id.name);
                    self.exported(local, &id.name);
                }
            }
            Declaration::ClassDeclaration(class) => {
                self.class_declaration(class, out);
                if let Some(id) = &class.id {
                    let local = self.sym(&id.name);
                    self.exported(local, &id.name);
                }
            }
            Declaration::TSEnumDeclaration(declaration) => {
                self.enumeration(declaration, out);
                let local = self.sym(&declaration.id.name);
                self.exported(local, &declaration.id.name);
            }
            _ => {}
        }
    }
}

fn collect(pattern: &Pattern, names: &mut Vec<Sym>) {
    match pattern {
        Pattern::Name(name) => names.push(*name),
        Pattern::List(items) => {
            for item in items.iter().flatten() {
                collect(&item.pattern, names);
            }
        }
        Pattern::Map(items) => {
            for item in items {
                collect(&item.pattern, names);
            }
        }
        _ => {}
    }
}
