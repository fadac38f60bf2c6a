//! Secrets that an article quotes: with the token of a webhook or a bot,
//! anyone could write to it or delete it. The id before it stays.

use std::borrow::Cow;

pattern!(
    SECRET,
    concat!(
        // Discord: id, token
        r"(?P<keep>webhooks/\d{15,21})/[A-Za-z0-9_-]{20,}",
        // Telegram: id, token
        r"|(?P<bot>\b(?:bot)?\d{8,10}):A[A-Za-z0-9_-]{33,36}",
        // Slack: workspace, channel, token
        r"|(?P<slack>services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12})/[A-Za-z0-9]{16,}",
        // GitHub, npm, PyPI, GitLab, AWS, Slack
        r"|(?P<token>\b(?:gh[pousr]_|github_pat_|pypi-AgE|glpat-|xox[bap]-))[A-Za-z0-9_-]{16,}",
        r"|(?P<npm>\bnpm_)[A-Za-z0-9]{30,}",
    )
);

/// `text` with `…` in place of each secret.
pub(super) fn redact(text: &str) -> Cow<'_, str> {
    SECRET.replace_all(text, |found: &regex::Captures<'_>| {
        let kept = ["keep", "bot", "slack", "token", "npm"]
            .iter()
            .find_map(|group| found.name(group))
            .map_or("", |kept| kept.as_str());
        format!("{kept}…")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_id_only() {
        for (written, kept) in [
            (
                "discord.com/api/webhooks/124390881234567890/Zx9Qw3Er7Ty1Ui5Op0As_DfGhJk-x to",
                "discord.com/api/webhooks/124390881234567890… to",
            ),
            (
                "/bot7012345678:AAHk3xPq9vLm2Rt5Yw8Zb1Nc4Df6Gj0KsQe/sendMessage",
                "/bot7012345678…/sendMessage",
            ),
            (
                "at 12:34:56 and 192.0.2.1:8080",
                "at 12:34:56 and 192.0.2.1:8080",
            ),
        ] {
            assert_eq!(redact(written), kept);
        }
    }
}
