//! Modules: of the package, and outside.

use std::sync::Arc;

use super::{Frame, Interp, Key, Layers, Loaded, Scope, ScopeKind, Stop, Value};
use crate::{
    analysis::Import,
    ir::{ImportBinding, Language, Sym},
};

impl Interp<'_> {
    /// The outermost scope of a unit.
    pub(crate) fn top_scope(&mut self, loaded: &Loaded) -> std::rc::Rc<Scope> {
        let scope = Scope::new(ScopeKind::Top, None);
        if loaded.unit.language == Language::JavaScript {
            let exports = Value::map([]);
            let module = Value::map([(Key::Str("exports".into()), exports.clone())]);
            let names = [
                ("exports", exports.clone()),
                ("module", module),
                ("this", exports),
            ];
            for (name, value) in names {
                let name = self.names.intern(name);
                scope.vars.borrow_mut().insert(name, value);
            }
        }
        scope
    }

    /// A module by specifier, as the code of `frame` sees it.
    pub(crate) fn module(&mut self, frame: &Frame, specifier: &str) -> Result<Value, Stop> {
        let import = Import {
            specifier: specifier.to_owned(),
            phase: self.phase,
        };
        if self.quiet == 0 && !self.imports.contains(&import) && self.imports.len() < 4096 {
            self.imports.push(import);
        }
        let from = frame.unit.path.clone();
        if !self.is_library(&from, specifier)
            && let Some(value) = self.own_module(&from, specifier)?
        {
            return Ok(value);
        }
        Ok(frame.unit.builtins.module(self, specifier))
    }

    /// A module by a computed specifier, for builtins (`require(x)`).
    pub fn load_module(&mut self, specifier: &str) -> Value {
        let Some(unit) = self.units.get(self.site.unit as usize).cloned() else {
            return Value::api(specifier);
        };
        let Some(scope) = self.scope.clone() else {
            return unit.builtins.module(self, specifier);
        };
        let site = self.site;
        let frame = Frame { unit, scope };
        let value = match self.module(&frame, specifier) {
            Ok(value) => value,
            Err(_) => Value::api(specifier),
        };
        self.site = site;
        value
    }

    /// Whether a Python import means a library that the catalogue knows,
    /// though the package carries one of that name: a copy of `requests` does
    /// what `requests` does, and says less of it.
    fn is_library(&self, from: &str, specifier: &str) -> bool {
        let root = specifier.split('.').next().unwrap_or_default();
        !root.is_empty()
            && self.language() == Language::Python
            && self.catalogue.knows_module(Language::Python, root)
            && from.split('/').all(|part| part != root)
    }

    /// A module of the package itself: run once, its names as a map.
    fn own_module(&mut self, from: &str, specifier: &str) -> Result<Option<Value>, Stop> {
        let Some(unit) = self.modules.resolve(from, specifier) else {
            return Ok(None);
        };
        let path = self
            .modules
            .path_of(from, specifier)
            .unwrap_or_else(|| format!("{from}!{specifier}"));
        if let Some(value) = self.loaded_modules.get(&path) {
            return Ok(Some(value.clone()));
        }
        // Modules within modules are for the analysis of those files.
        if self.quiet >= 4 || path == self.source.path {
            return Ok(None);
        }
        let exports = Value::map([]);
        self.loaded_modules.insert(path.clone(), exports.clone());
        let value = self.run_module(unit, &path, &exports)?;
        self.loaded_modules.insert(path, value.clone());
        Ok(Some(value))
    }

    fn run_module(
        &mut self,
        unit: Arc<crate::ir::Unit>,
        path: &str,
        exports: &Value,
    ) -> Result<Value, Stop> {
        self.quiet += 1;
        let loaded = self.load(unit, path, None, Layers::default());
        let scope = self.top_scope(&loaded);
        let frame = Frame {
            unit: loaded.clone(),
            scope: scope.clone(),
        };
        // A module may take a part of the steps only.
        let reserve = self.reserve;
        self.reserve = reserve.max(self.fuel - self.fuel_left() / 4);
        let site = self.site;
        let open = std::mem::take(&mut self.open_branches);
        let result = self.exec_all(&frame, &loaded.unit.body);
        self.open_branches = open;
        self.site = site;
        self.reserve = reserve;
        self.quiet -= 1;
        drop(result);
        if loaded.unit.language == Language::JavaScript {
            let module = self.names.intern("module");
            return Ok(match scope.get(module) {
                Some(Value::Map(module)) => module.get("exports").unwrap_or_default(),
                _ => Value::anything(),
            });
        }
        if let Value::Map(map) = exports {
            for (name, value) in scope.vars.borrow().iter() {
                map.set(&self.names.text(*name), value.clone());
            }
        }
        Ok(exports.clone())
    }

    /// `import a.b` makes `b` an attribute of `a`.
    fn tie_submodules(&mut self, frame: &Frame, specifier: &str) -> Result<(), Stop> {
        let from = frame.unit.path.clone();
        for (at, _) in specifier.match_indices('.').take(8) {
            let (Some(parent), Some(rest)) = (specifier.get(..at), specifier.get(at + 1..)) else {
                continue;
            };
            let child = rest.split('.').next().unwrap_or(rest);
            if parent.is_empty() || self.is_library(&from, parent) {
                return Ok(());
            }
            let whole = specifier.get(..at + 1 + child.len()).unwrap_or(specifier);
            if let Some(Value::Map(map)) = self.own_module(&from, parent)?
                && let Some(value) = self.own_module(&from, whole)?
            {
                map.set(child, value);
            }
        }
        Ok(())
    }

    /// `import`.
    pub(crate) fn import(
        &mut self,
        frame: &Frame,
        module: Sym,
        bindings: &[ImportBinding],
    ) -> Result<(), Stop> {
        let specifier = frame.unit.unit.name(module).to_owned();
        let value = self.module(frame, &specifier)?;
        if bindings.is_empty() {
            self.tie_submodules(frame, &specifier)?;
        }
        for binding in bindings {
            let local = frame.name(binding.local);
            let bound = match binding.imported {
                None => value.clone(),
                Some(sym) if frame.unit.unit.name(sym) == "*" => {
                    match &value {
                        Value::Map(map) => {
                            let entries = map.entries.borrow().clone();
                            for (key, value) in entries {
                                if let Key::Str(name) = key {
                                    let name = self.names.intern(&name);
                                    self.set_var(&frame.scope, name, value);
                                }
                            }
                        }
                        other => {
                            if let Some(api) = other.api_name() {
                                frame.unit.stars.borrow_mut().push(api.clone());
                            }
                        }
                    }
                    continue;
                }
                Some(sym) => {
                    let name = self.names.text(frame.name(sym));
                    let submodule = match &value {
                        Value::Map(map) if map.get(&name).is_some() => None,
                        _ => {
                            let dotted = if specifier.ends_with('.') {
                                format!("{specifier}{name}")
                            } else {
                                format!("{specifier}.{name}")
                            };
                            self.own_module(&frame.unit.path.clone(), &dotted)?
                        }
                    };
                    match submodule {
                        Some(value) => value,
                        None => self.member(&value, &name),
                    }
                }
            };
            let scope = if matches!(frame.unit.unit.language, Language::JavaScript) {
                frame.scope.clone()
            } else {
                frame.scope.function()
            };
            self.set_var(&scope, local, bound);
        }
        Ok(())
    }
}
