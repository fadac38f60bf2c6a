//! Handles on messengers.

use lazaret_model::{Confidence, IndicatorKind};

use crate::indicators::{context::Structure, spoken::Spoken};

pattern!(
    TELEGRAM_NAME,
    r"(?i)\btelegram\b[^\n]{0,60}?[\s(:'\x22`\u{201c}]@(?P<name>[A-Za-z][A-Za-z0-9_]{4,31})\b"
);
pattern!(
    TELEGRAM_BOT,
    r"(?i)(?:(?:telegram|\bbot|token|бот|токен|令牌|トークン)[^\n]{0,60}?\b(?P<id>\d{8,10})(?::?…)|telegram[^\n\d]{0,30}\b(?:bot|id)\b[^\n\d]{0,12}?(?P<id2>\d{8,10})\b)"
);
pattern!(
    DISCORD_NAME,
    r"(?i)\bdiscord\b[^\n]{0,60}?(?P<name>\b[a-z0-9_.]{2,32}#\d{4})\b"
);

pub(super) fn find(structure: &Structure<'_>, found: &mut Vec<Spoken>) {
    let text = structure.article.text.as_str();
    for (pattern, group, service) in [
        (&*TELEGRAM_NAME, "name", "telegram"),
        (&*TELEGRAM_BOT, "id", "telegram-bot"),
        (&*TELEGRAM_BOT, "id2", "telegram-bot"),
        (&*DISCORD_NAME, "name", "discord"),
    ] {
        for name in pattern.captures_iter(text).filter_map(|c| c.name(group)) {
            found.push(Spoken {
                kind: IndicatorKind::Handle,
                value: format!("{service}:{}", name.as_str()),
                confidence: Confidence::Medium,
                reason: "used by the malware as told",
                range: name.range(),
            });
        }
    }
}
