//! What is covered, as text and as a layer of the ATT&CK Navigator
//! (layer format 4.5).

use lazaret_model::TechniqueId;
use serde::Serialize;
use serde_json::{Value, json};

use crate::TechniquePackage;

/// How much there is of one technique.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// ATT&CK id.
    pub id: TechniqueId,
    /// Its name.
    pub name: String,
    /// Static rules.
    pub rules: usize,
    /// Analytics.
    pub analytics: usize,
    /// Hunts.
    pub hunts: usize,
    /// Drills.
    pub drills: usize,
    /// Whether there are playbook, investigation guide and tuning guidance.
    pub guides: bool,
}

/// What is covered of each technique that there is a folder of.
pub fn coverage(packages: &[TechniquePackage]) -> Vec<Coverage> {
    let of = |package: &TechniquePackage| Coverage {
        id: package.id,
        name: package.name.clone(),
        rules: package.rules.len(),
        analytics: package.analytics.len(),
        hunts: package.hunts.len(),
        drills: package.drills.len(),
        guides: package.playbook.is_some()
            && package.investigation.is_some()
            && package.tuning.is_some(),
    };
    packages.iter().map(of).collect()
}

/// A Navigator layer: the score of a technique is how many of rules,
/// analytics, hunts, drills and guides it has.
pub fn navigator(covered: &[Coverage]) -> Value {
    let techniques: Vec<Value> = covered
        .iter()
        .map(|each| {
            let parts = [each.rules, each.analytics, each.hunts, each.drills];
            let score = parts.iter().filter(|n| **n > 0).count() + usize::from(each.guides);
            json!({
                "techniqueID": each.id.to_string(),
                "score": score,
                "enabled": true,
                "comment": format!(
                    "{} static rules, {} analytics, {} hunts, {} drills{}",
                    each.rules, each.analytics, each.hunts, each.drills,
                    if each.guides { ", guides" } else { "" }
                ),
                "showSubtechniques": each.id.is_sub(),
            })
        })
        .collect();
    json!({
        "name": "Lazaret",
        "versions": { "navigator": "5.1.0", "layer": "4.5" },
        "domain": "enterprise-attack",
        "description": "What Lazaret's rules, analytics, hunts and drills cover",
        "sorting": 3,
        "hideDisabled": false,
        "techniques": techniques,
        "gradient": { "colors": ["#ffffff", "#9ecae1", "#08519c"], "minValue": 0, "maxValue": 5 },
    })
}
