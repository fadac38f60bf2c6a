//! Facts from `METADATA`, `PKG-INFO` and `setup.py`.

use super::PackageFacts;
use crate::PackageFiles;

pub(super) fn facts(package: &PackageFiles, facts: &mut PackageFacts) {
    let metadata = package
        .files
        .iter()
        .filter(|file| matches!(file.name(), "METADATA" | "PKG-INFO"))
        .min_by_key(|file| file.path.len());
    let Some(file) = metadata else {
        facts.flag("has-hook", package.get("setup.py").is_some());
        return;
    };
    let text = String::from_utf8_lossy(&file.bytes).into_owned();
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let header = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .filter(|value| *value != "UNKNOWN")
            .unwrap_or_default()
            .to_owned()
    };
    let summary = header("Summary");
    facts.flag(
        "has-description",
        summary.len() > 3 || body.trim().len() > 40,
    );
    facts.text("description", &summary);
    let home = header("Home-page");
    let project = header("Project-URL");
    facts.flag("has-repository", !home.is_empty() || !project.is_empty());
    let repository = head
        .lines()
        .filter(|line| line.starts_with("Home-page:") || line.starts_with("Project-URL:"))
        .filter_map(|line| line.find("http").and_then(|at| line.get(at..)))
        .find(|url| {
            ["github.com/", "gitlab.com/"]
                .iter()
                .any(|host| url.contains(host))
        });
    facts.text("repository", repository.unwrap_or_default());
    facts.text("homepage", &home);
    facts.text("author", &header("Author"));
    facts.text("author-email", &header("Author-email"));
    facts.text("license", &header("License"));
    facts.text("readme", body);
    let requires: Vec<String> = head
        .lines()
        .filter_map(|line| line.strip_prefix("Requires-Dist: "))
        .map(str::to_owned)
        .collect();
    facts.number("dependency-count", requires.len() as f64);
    facts.list(
        "dependency-sources",
        requires.iter().filter(|line| line.contains("://")).cloned(),
    );
    let name = |line: &String| {
        line.split([' ', ';', '<', '>', '=', '[', '(', '!', '~'])
            .next()
            .map(str::to_owned)
    };
    facts.list("dependencies", requires.iter().filter_map(name));
    facts.flag("has-hook", package.get("setup.py").is_some());
    facts.flag(
        "has-pth",
        package
            .files
            .iter()
            .any(|file| file.name().ends_with(".pth")),
    );
}
