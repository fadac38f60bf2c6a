//! One test for each example of each static rule: what is in `bad/` must make
//! its rule speak, what is in `good/` must not.

#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use std::{fs, path::Path};

use lazaret_artifact::Source;
use lazaret_content::Content;
use lazaret_scan::{NoIntel, Scanner};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let args = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/rules");
    let mut content = Content::shipped();
    content
        .overlay(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content"))
        .unwrap();
    let scanner: &'static Scanner = Box::leak(Box::new(Scanner::new(&content).unwrap()));
    let mut trials = Vec::new();
    for rule in scanner.rules().iter() {
        let folder = root.join(&rule.family).join(&rule.id);
        let id = rule.id.clone();
        let readme = folder.join("README.md");
        trials.push(Trial::test(format!("{id}/documented"), move || {
            let text = fs::read_to_string(&readme).unwrap_or_default();
            let first = text.lines().next().unwrap_or_default().to_owned();
            if first == format!("# {id}") && text.len() > 200 {
                Ok(())
            } else {
                Err(Failed::from(format!(
                    "{} must begin with `# {id}` and say what it is about",
                    readme.display()
                )))
            }
        }));
        for (kind, expected) in [("bad", true), ("good", false)] {
            let mut examples: Vec<_> = fs::read_dir(folder.join(kind))
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.path())
                .collect();
            examples.sort();
            let (count, id) = (examples.len(), rule.id.clone());
            trials.push(Trial::test(format!("{id}/{kind}"), move || {
                if count == 0 {
                    Err(Failed::from("there is no example"))
                } else {
                    Ok(())
                }
            }));
            for path in examples {
                let id = rule.id.clone();
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                trials.push(Trial::test(format!("{id}/{kind}/{name}"), move || {
                    let scan = scanner.scan(&Source::path(&path), &NoIntel)?;
                    let rules: Vec<_> = scan
                        .assessment
                        .findings
                        .iter()
                        .map(|f| f.rule.as_str())
                        .collect();
                    if rules.contains(&id.as_str()) == expected {
                        Ok(())
                    } else {
                        Err(Failed::from(format!(
                            "expected {expected}; rules: {rules:?}; behaviours: {:#?}",
                            scan.analysis.behaviours
                        )))
                    }
                }));
            }
        }
    }
    libtest_mimic::run(&args, trials).exit();
}
