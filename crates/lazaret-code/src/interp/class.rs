//! Functions, classes and instances.

use std::rc::Rc;

use super::{
    Bound, Call, ClassValue, Closure, Flows, Frame, Handle, Instance, Interp, Map, Scope,
    ScopeKind, Stop, Unknown, Value,
};
use crate::ir::{Class, FuncId, Function};

/// Members under this prefix say how a method is bound.
const BINDING: &str = "\u{0}binding:";

impl Interp<'_> {
    /// A function with the scope of `frame`.
    pub(crate) fn closure(&mut self, frame: &Frame, function: FuncId) -> Value {
        let closure = Rc::new(Closure {
            unit: frame.unit.index,
            function,
            scope: frame.scope.clone(),
            props: Map::default(),
            class: Default::default(),
        });
        self.closures
            .entry((frame.unit.index, function))
            .or_insert_with(|| closure.clone());
        Value::Function(closure)
    }

    /// Applies decorators, innermost first.
    pub(crate) fn decorate(
        &mut self,
        frame: &Frame,
        function: &Function,
        closure: Value,
    ) -> Result<Value, Stop> {
        let mut value = closure;
        for decorator in function.decorators.iter().rev() {
            let decorator_value = self.eval(frame, *decorator)?;
            self.at(frame, *decorator);
            match &decorator_value {
                Value::Function(_) | Value::Bound(_) | Value::Class(_) => {
                    let wrapped = self.call(&decorator_value, Call::of(vec![value.clone()]))?;
                    // A decorator that could not be followed leaves the
                    // function as it is.
                    if wrapped.is_known() && !matches!(wrapped, Value::Null | Value::Undefined) {
                        value = wrapped;
                    }
                }
                Value::Unknown(unknown) => {
                    if let Some(api) = unknown.api.clone() {
                        let known = self
                            .catalogue
                            .entry(frame.unit.unit.language, &api)
                            .is_some_and(|entry| !entry.callbacks.is_empty());
                        if known {
                            self.call_api(&api, &decorator_value, Call::of(vec![value.clone()]))?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(value)
    }

    /// Makes a class.
    pub(crate) fn class(&mut self, frame: &Frame, class: &Class) -> Result<Value, Stop> {
        let mut bases = Vec::with_capacity(class.bases.len());
        for base in &class.bases {
            bases.push(self.eval(frame, *base)?);
        }
        let scope = Scope::new(ScopeKind::Class, Some(frame.scope.clone()));
        let inner = Frame {
            unit: frame.unit.clone(),
            scope,
        };
        self.exec_all(&inner, &class.body)?;
        let members = Map::default();
        for (name, value) in inner.scope.vars.borrow().iter() {
            members.set(&self.names.text(*name), value.clone());
        }
        let name = class
            .name
            .map_or_else(|| "class".into(), |sym| self.names.text(frame.name(sym)));
        let mut methods = Vec::new();
        for (sym, id) in &class.methods {
            let method_name = self.names.text(frame.name(*sym));
            let closure = self.closure(&inner, *id);
            methods.push(closure.clone());
            let mut value = closure;
            if let Some(function) = frame.unit.unit.function(*id) {
                for decorator in &function.decorators {
                    if let Some(crate::ir::Expr::Name(sym)) = frame.unit.unit.expr(*decorator) {
                        let kind = frame.unit.unit.name(*sym);
                        if matches!(kind, "staticmethod" | "classmethod" | "property") {
                            members.set(&format!("{BINDING}{method_name}"), Value::from(kind));
                            continue;
                        }
                    }
                    value = self.decorate(&inner, function, value)?;
                    break;
                }
            }
            inner
                .scope
                .vars
                .borrow_mut()
                .insert(frame.name(*sym), value.clone());
            members.set(&method_name, value);
        }
        let class = Rc::new(ClassValue {
            name,
            bases,
            members,
        });
        for method in methods {
            if let Value::Function(closure) = method {
                *closure.class.borrow_mut() = Some(Rc::downgrade(&class));
                if let Some(first) = self.closures.get(&(closure.unit, closure.function))
                    && first.class.borrow().is_none()
                {
                    *first.class.borrow_mut() = Some(Rc::downgrade(&class));
                }
            }
        }
        self.classes.push(class.clone());
        Ok(Value::Class(class))
    }

    /// A member of a class, seen from one of its instances.
    pub(crate) fn bind(&mut self, object: &Value, name: &str, member: Value) -> Value {
        let Value::Function(_) = &member else {
            return member;
        };
        let Value::Instance(instance) = object else {
            return member;
        };
        let binding = instance.class.member(&format!("{BINDING}{name}"));
        let receiver = match binding.as_ref().and_then(Value::as_str) {
            Some("staticmethod") => return member,
            Some("classmethod") => Value::Class(instance.class.clone()),
            Some("property") => {
                let call = Call {
                    this: Some(object.clone()),
                    ..Call::default()
                };
                return self.invoke_with(&member, call);
            }
            _ => object.clone(),
        };
        Value::Bound(Rc::new(Bound {
            receiver,
            name: name.into(),
            function: Some(member),
        }))
    }

    /// Makes an instance.
    pub(crate) fn instantiate(
        &mut self,
        class: &Rc<ClassValue>,
        call: Call,
    ) -> Result<Value, Stop> {
        let outside = class.outside_base().map(|base| {
            Value::Unknown(Rc::new(Unknown {
                api: Some(format!("{base}()").into()),
                handle: Some(Rc::new(Handle::default())),
                flows: Flows::NONE,
                ..Unknown::default()
            }))
        });
        let value = Value::Instance(Rc::new(Instance {
            class: class.clone(),
            fields: Map::default(),
            outside,
        }));
        self.instances
            .entry(Rc::as_ptr(class) as usize)
            .or_insert_with(|| value.clone());
        if let Some(constructor) = class.member(self.builtins().constructor()) {
            let mut call = call;
            call.this = Some(value.clone());
            call.construct = false;
            self.call(&constructor, call)?;
        }
        Ok(value)
    }

    /// An instance to run methods on that nothing called: the first one made,
    /// or a new one.
    pub(crate) fn sample(&mut self, class: &Rc<ClassValue>) -> Value {
        if let Some(value) = self.instances.get(&(Rc::as_ptr(class) as usize)) {
            return value.clone();
        }
        match self.instantiate(class, Call::default()) {
            Ok(value) => value,
            Err(_) => self
                .instances
                .get(&(Rc::as_ptr(class) as usize))
                .cloned()
                .unwrap_or_else(Value::anything),
        }
    }
}
