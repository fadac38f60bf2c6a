//! Bindings and assignment targets.

use oxc_ast::ast::{
    AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty, BindingPattern,
    Expression, PropertyKey, SimpleAssignmentTarget,
};
use oxc_span::GetSpan;

use super::Lowering;
use crate::ir::{ExprId, MapItem, Pattern, PatternItem, Sym};

impl Lowering {
    pub(super) fn binding(&mut self, pattern: &BindingPattern<'_>) -> Pattern {
        self.binding_with_default(pattern).0
    }

    /// A binding, and the value where there is none.
    pub(super) fn binding_with_default(
        &mut self,
        pattern: &BindingPattern<'_>,
    ) -> (Pattern, Option<ExprId>) {
        self.deeper(|it| it.binding_inner(pattern))
            .unwrap_or((Pattern::Ignore, None))
    }

    fn binding_inner(&mut self, pattern: &BindingPattern<'_>) -> (Pattern, Option<ExprId>) {
        let pattern = match pattern {
            BindingPattern::BindingIdentifier(id) => Pattern::Name(self.sym(&id.name)),
            BindingPattern::ObjectPattern(object) => {
                let mut items = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    let (pattern, default) = self.binding_with_default(&property.value);
                    items.push(match self.static_key(&property.key, property.computed) {
                        Some(key) => MapItem {
                            key: Some(key),
                            pattern,
                            default,
                        },
                        None => MapItem {
                            key: None,
                            pattern,
                            default,
                        },
                    });
                }
                if let Some(rest) = &object.rest {
                    let pattern = self.binding(&rest.argument);
                    items.push(MapItem {
                        key: None,
                        pattern,
                        default: None,
                    });
                }
                Pattern::Map(items)
            }
            BindingPattern::ArrayPattern(array) => {
                let mut items = Vec::with_capacity(array.elements.len());
                for element in &array.elements {
                    items.push(element.as_ref().map(|element| {
                        let (pattern, default) = self.binding_with_default(element);
                        PatternItem {
                            pattern,
                            rest: false,
                            default,
                        }
                    }));
                }
                if let Some(rest) = &array.rest {
                    let pattern = self.binding(&rest.argument);
                    items.push(Some(rest_item(pattern)));
                }
                Pattern::List(items)
            }
            BindingPattern::AssignmentPattern(assignment) => {
                let pattern = self.binding(&assignment.left);
                let default = self.expression(&assignment.right);
                return (pattern, Some(default));
            }
        };
        (pattern, None)
    }

    /// A key that is known while parsing.
    pub(super) fn static_key(&mut self, key: &PropertyKey<'_>, computed: bool) -> Option<Sym> {
        match key {
            PropertyKey::StaticIdentifier(id) => Some(self.sym(&id.name)),
            PropertyKey::PrivateIdentifier(id) => Some(self.private(&id.name)),
            PropertyKey::StringLiteral(text) => Some(self.sym(&text.value)),
            PropertyKey::NumericLiteral(number) if !computed => {
                Some(self.sym(&super::expr::number_text(number.value)))
            }
            _ => None,
        }
    }

    /// `#name`.
    pub(super) fn private(&mut self, name: &str) -> Sym {
        let name = format!("#{name}");
        self.sym(&name)
    }

    pub(super) fn target(&mut self, target: &AssignmentTarget<'_>) -> Pattern {
        self.deeper(|it| it.target_inner(target))
            .unwrap_or(Pattern::Ignore)
    }

    fn target_inner(&mut self, target: &AssignmentTarget<'_>) -> Pattern {
        match target {
            AssignmentTarget::ArrayAssignmentTarget(array) => {
                let mut items = Vec::with_capacity(array.elements.len());
                for element in &array.elements {
                    items.push(element.as_ref().map(|element| {
                        let (pattern, default) = self.maybe_default(element);
                        PatternItem {
                            pattern,
                            rest: false,
                            default,
                        }
                    }));
                }
                if let Some(rest) = &array.rest {
                    let pattern = self.target(&rest.target);
                    items.push(Some(rest_item(pattern)));
                }
                Pattern::List(items)
            }
            AssignmentTarget::ObjectAssignmentTarget(object) => {
                let mut items = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    items.push(match property {
                        AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(property) => {
                            let name = self.sym(&property.binding.name);
                            let default = property.init.as_ref().map(|init| self.expression(init));
                            MapItem {
                                key: Some(name),
                                pattern: Pattern::Name(name),
                                default,
                            }
                        }
                        AssignmentTargetProperty::AssignmentTargetPropertyProperty(property) => {
                            let key = self.static_key(&property.name, property.computed);
                            let (pattern, default) = self.maybe_default(&property.binding);
                            MapItem {
                                key,
                                pattern,
                                default,
                            }
                        }
                    });
                }
                if let Some(rest) = &object.rest {
                    let pattern = self.target(&rest.target);
                    items.push(MapItem {
                        key: None,
                        pattern,
                        default: None,
                    });
                }
                Pattern::Map(items)
            }
            other => match other.as_simple_assignment_target() {
                Some(simple) => self.simple(simple),
                None => Pattern::Ignore,
            },
        }
    }

    fn maybe_default(
        &mut self,
        target: &AssignmentTargetMaybeDefault<'_>,
    ) -> (Pattern, Option<ExprId>) {
        match target {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(target) => {
                let pattern = self.target(&target.binding);
                let default = self.expression(&target.init);
                (pattern, Some(default))
            }
            other => match other.as_assignment_target() {
                Some(target) => (self.target(target), None),
                None => (Pattern::Ignore, None),
            },
        }
    }

    pub(super) fn simple(&mut self, target: &SimpleAssignmentTarget<'_>) -> Pattern {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(id) => {
                let sym = self.sym(&id.name);
                self.used(sym);
                Pattern::Name(sym)
            }
            SimpleAssignmentTarget::ComputedMemberExpression(member) => {
                let object = self.expression(&member.object);
                let index = self.expression(&member.expression);
                Pattern::Index(object, index)
            }
            SimpleAssignmentTarget::StaticMemberExpression(member) => {
                let object = self.expression(&member.object);
                let name = self.sym(&member.property.name);
                Pattern::Member(object, name)
            }
            SimpleAssignmentTarget::PrivateFieldExpression(member) => {
                let object = self.expression(&member.object);
                let name = self.private(&member.field.name);
                Pattern::Member(object, name)
            }
            SimpleAssignmentTarget::TSAsExpression(e) => self.expression_target(&e.expression),
            SimpleAssignmentTarget::TSSatisfiesExpression(e) => {
                self.expression_target(&e.expression)
            }
            SimpleAssignmentTarget::TSNonNullExpression(e) => self.expression_target(&e.expression),
            SimpleAssignmentTarget::TSTypeAssertion(e) => self.expression_target(&e.expression),
        }
    }

    /// A target written as `(x as T)`.
    fn expression_target(&mut self, expression: &Expression<'_>) -> Pattern {
        match expression {
            Expression::Identifier(id) => {
                let sym = self.sym(&id.name);
                self.used(sym);
                Pattern::Name(sym)
            }
            Expression::StaticMemberExpression(member) => {
                let object = self.expression(&member.object);
                let name = self.sym(&member.property.name);
                Pattern::Member(object, name)
            }
            Expression::ComputedMemberExpression(member) => {
                let object = self.expression(&member.object);
                let index = self.expression(&member.expression);
                Pattern::Index(object, index)
            }
            other => {
                let span = other.span();
                let _ = self.span(span);
                Pattern::Ignore
            }
        }
    }
}

fn rest_item(pattern: Pattern) -> PatternItem {
    PatternItem {
        pattern,
        rest: true,
        default: None,
    }
}
