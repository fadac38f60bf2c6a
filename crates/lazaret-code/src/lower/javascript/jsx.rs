//! JSX: components and what is handed to them. Elements themselves do
//! nothing; the expressions in them do.

use oxc_ast::ast::{
    JSXAttributeItem, JSXAttributeValue, JSXChild, JSXElement, JSXElementName,
    JSXExpressionContainer, JSXFragment,
};

use super::Lowering;
use crate::ir::{Expr, ExprId};

impl Lowering {
    pub(super) fn jsx_element(&mut self, element: &JSXElement<'_>) -> ExprId {
        let span = self.span(element.span);
        let mut ids = Vec::new();
        if let JSXElementName::IdentifierReference(id) = &element.opening_element.name {
            ids.push(self.variable(&id.name, span));
        }
        for attribute in &element.opening_element.attributes {
            match attribute {
                JSXAttributeItem::SpreadAttribute(spread) => {
                    ids.push(self.expression(&spread.argument))
                }
                JSXAttributeItem::Attribute(attribute) => match &attribute.value {
                    Some(JSXAttributeValue::ExpressionContainer(container)) => {
                        self.container(container, &mut ids);
                    }
                    Some(JSXAttributeValue::Element(element)) => {
                        ids.extend(self.deeper(|it| it.jsx_element(element)));
                    }
                    Some(JSXAttributeValue::Fragment(fragment)) => {
                        ids.extend(self.deeper(|it| it.jsx_fragment(fragment)));
                    }
                    _ => {}
                },
            }
        }
        self.children(&element.children, &mut ids);
        self.expr(Expr::Unknown(ids), span)
    }

    pub(super) fn jsx_fragment(&mut self, fragment: &JSXFragment<'_>) -> ExprId {
        let span = self.span(fragment.span);
        let mut ids = Vec::new();
        self.children(&fragment.children, &mut ids);
        self.expr(Expr::Unknown(ids), span)
    }

    fn container(&mut self, container: &JSXExpressionContainer<'_>, ids: &mut Vec<ExprId>) {
        if let Some(expression) = container.expression.as_expression() {
            ids.push(self.expression(expression));
        }
    }

    fn children(&mut self, children: &[JSXChild<'_>], ids: &mut Vec<ExprId>) {
        for child in children {
            match child {
                JSXChild::Element(element) => ids.extend(self.deeper(|it| it.jsx_element(element))),
                JSXChild::Fragment(fragment) => {
                    ids.extend(self.deeper(|it| it.jsx_fragment(fragment)))
                }
                JSXChild::ExpressionContainer(container) => self.container(container, ids),
                JSXChild::Spread(spread) => ids.push(self.expression(&spread.expression)),
                JSXChild::Text(_) => {}
            }
        }
    }
}
