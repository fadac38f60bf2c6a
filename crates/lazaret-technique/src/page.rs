//! A package as a page.

use std::fmt::Write as _;

use crate::TechniquePackage;

/// A part of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What it looks like.
    Overview,
    /// Analytics and static rules.
    Analytics,
    /// Hunts with their text.
    Hunts,
    /// The investigation guide.
    Investigation,
    /// The response playbook.
    Playbook,
    /// The tuning guidance.
    Tuning,
    /// The drills.
    Drills,
}

impl Section {
    /// All, in the order of a page.
    pub const ALL: [Self; 7] = [
        Self::Overview,
        Self::Analytics,
        Self::Hunts,
        Self::Investigation,
        Self::Playbook,
        Self::Tuning,
        Self::Drills,
    ];
}

/// The page in Markdown.
pub fn markdown(package: &TechniquePackage, sections: &[Section]) -> String {
    let mut out = format!("# {} {}\n\n", package.id, package.name);
    if !package.summary.is_empty() {
        let _ = writeln!(out, "{}\n", package.summary);
    }
    let _ = writeln!(out, "Tactics: {}\n", package.tactics.join(", "));
    for section in sections {
        part(package, *section, &mut out);
    }
    out
}

fn part(package: &TechniquePackage, section: Section, out: &mut String) {
    let text = |title: &str, text: &Option<String>, out: &mut String| {
        if let Some(text) = text {
            let _ = writeln!(out, "## {title}\n\n{}\n", below_title(text));
        }
    };
    match section {
        Section::Overview => text("What it looks like", &package.readme, out),
        Section::Investigation => text("Investigation", &package.investigation, out),
        Section::Playbook => text("Response", &package.playbook, out),
        Section::Tuning => text("Tuning", &package.tuning, out),
        Section::Analytics => {
            if !package.analytics.is_empty() {
                out.push_str("## Analytics (`lazaret detect`)\n\n");
                for analytic in &package.analytics {
                    let _ = writeln!(out, "- `{}`: {}", analytic.id, analytic.title);
                }
                out.push('\n');
            }
            if !package.rules.is_empty() {
                out.push_str("## Static rules (`lazaret scan`)\n\n");
                for rule in &package.rules {
                    let _ = writeln!(out, "- `{}`: {}", rule.id, rule.title);
                }
                out.push('\n');
            }
        }
        Section::Hunts => {
            for hunt in &package.hunts {
                let _ = writeln!(out, "## Hunt: {}\n\n{}\n", hunt.title, hunt.description);
                let languages = [
                    ("kql", &hunt.kql),
                    ("spl", &hunt.spl),
                    ("yaml", &hunt.sigma),
                ];
                for (language, query) in languages {
                    if let Some(query) = query {
                        let _ = writeln!(out, "```{language}\n{}\n```\n", query.trim_end());
                    }
                }
            }
        }
        Section::Drills => {
            if !package.drills.is_empty() {
                out.push_str("## Drills (`lazaret drill`)\n\n");
                for drill in &package.drills {
                    let _ = writeln!(out, "- `{}`: {}", drill.id, drill.does);
                }
                out.push('\n');
            }
        }
    }
}

/// A text without its own first title, its others one level deeper.
fn below_title(text: &str) -> String {
    let mut out = String::new();
    let mut fenced = false;
    for (index, line) in text.trim().lines().enumerate() {
        fenced ^= line.starts_with("```");
        if index == 0 && line.starts_with("# ") {
            continue;
        }
        if !fenced && line.starts_with('#') {
            out.push('#');
        }
        out.push_str(line);
        out.push('\n');
    }
    out.trim().to_owned()
}
