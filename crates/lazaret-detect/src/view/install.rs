//! Fields of the installation that a process belongs to.

use std::borrow::Cow;

use lazaret_rule::FieldValue;

use super::View;

impl<'a> View<'a> {
    /// A field of the installation that the process belongs to, or, apart from
    /// it, of that whose code it imported.
    pub(super) fn install_field(&self, name: &str, imported: bool) -> Option<FieldValue<'a>> {
        let membership = self.observed.membership?;
        if membership.imported != imported {
            return None;
        }
        let installation = self.installation()?;
        let text = |text: &'a str| (!text.is_empty()).then(|| FieldValue::from(text));
        match name {
            "Manager" => text(&installation.manager),
            "Verb" => text(&installation.verb),
            "CommandLine" => text(&installation.command_line),
            "Registry" => text(&installation.registry),
            "Directory" => text(&installation.cwd),
            "User" => text(&installation.account),
            "Id" => Some(FieldValue::from(installation.id.0.to_string())),
            "Depth" => Some(FieldValue::Number(f64::from(membership.depth))),
            "ByFile" => Some(FieldValue::Bool(membership.by_file)),
            "Age" => {
                let micros = installation.age(self.observed.time);
                Some(FieldValue::Number(micros as f64 / 1e6))
            }
            "Package" => {
                let purls = installation.packages.iter().map(|p| Cow::Owned(p.purl()));
                let purls: Vec<_> = purls.collect();
                (!purls.is_empty()).then_some(FieldValue::List(purls))
            }
            "Source" => {
                let all = installation.sources.iter();
                let all: Vec<_> = all.map(|s| Cow::Borrowed(s.as_str())).collect();
                (!all.is_empty()).then_some(FieldValue::List(all))
            }
            _ => None,
        }
    }
}
