//! A MISP event (MISP core format, internet draft `misp-standard-core`).

use lazaret_model::IndicatorKind;
use serde_json::{Value, json};

use crate::Brief;

/// The brief as a MISP event.
pub fn misp(brief: &Brief) -> Value {
    let attributes: Vec<Value> = brief
        .indicators
        .iter()
        .map(|found| {
            let (kind, category) = match found.indicator.kind {
                IndicatorKind::Ipv4 | IndicatorKind::Ipv6 => ("ip-dst", "Network activity"),
                IndicatorKind::Domain => ("domain", "Network activity"),
                IndicatorKind::Url | IndicatorKind::Repository => ("url", "Network activity"),
                IndicatorKind::Email => ("email", "Attribution"),
                IndicatorKind::Md5 => ("md5", "Payload delivery"),
                IndicatorKind::Sha1 => ("sha1", "Payload delivery"),
                IndicatorKind::Sha256 => ("sha256", "Payload delivery"),
                IndicatorKind::Sha512 => ("sha512", "Payload delivery"),
                IndicatorKind::FileName | IndicatorKind::FilePath => {
                    ("filename", "Payload delivery")
                }
                IndicatorKind::RegistryKey => ("regkey", "Persistence mechanism"),
                IndicatorKind::Mutex => ("mutex", "Artifacts dropped"),
                IndicatorKind::UserAgent => ("user-agent", "Network activity"),
                _ => ("text", "Other"),
            };
            json!({
                "type": kind, "category": category, "value": found.indicator.value,
                "uuid": super::uuid(&brief.title, &format!("{kind} {}", found.indicator.value)).to_string(),
                "to_ids": kind != "text", "comment": found.sentence,
            })
        })
        .collect();
    let tags: Vec<Value> = brief
        .techniques
        .iter()
        .map(|told| json!({ "name": format!("misp-galaxy:mitre-attack-pattern=\"{} - {}\"", told.name, told.id) }))
        .collect();
    json!({ "Event": {
        "uuid": super::uuid("event", &brief.title).to_string(),
        "info": brief.title,
        "date": brief.day().unwrap_or("1970-01-01"),
        "threat_level_id": match brief.rating.severity {
            lazaret_model::Severity::Critical | lazaret_model::Severity::High => "1",
            lazaret_model::Severity::Medium => "2",
            _ => "3",
        },
        "analysis": "0", "distribution": "0",
        "Attribute": attributes, "Tag": tags,
    }})
}
