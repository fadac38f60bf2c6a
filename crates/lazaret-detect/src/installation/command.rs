//! From a command line to what a package manager was asked to do.

use lazaret_events::{Text, event::path};
use lazaret_model::Package;

use super::{Manager, Managers};
use crate::lineage::{Node, program_name};

/// What a package manager was asked to do.
#[derive(Clone, Debug)]
pub struct Invocation<'a> {
    /// The package manager.
    pub manager: &'a Manager,
    /// Its first word; empty where there is none.
    pub verb: String,
    /// Whether it installs or fetches to run.
    pub installs: bool,
    /// Whether it publishes.
    pub publishes: bool,
    /// Packages asked for.
    pub packages: Vec<Package>,
    /// Files, folders and URLs asked for.
    pub sources: Vec<Text>,
    /// A registry named on the command line.
    pub registry: Text,
}

/// Arguments looked at.
const ARGUMENTS: usize = 512;

impl Managers {
    /// What the process was asked to do, where it is a package manager.
    pub fn invocation(&self, node: &Node) -> Option<Invocation<'_>> {
        if !self.may_be(node) {
            return None;
        }
        let split;
        let arguments: &[Text] = if node.arguments.is_empty() {
            split = split_command_line(&node.command_line);
            &split
        } else {
            &node.arguments
        };
        let arguments: Vec<&str> = arguments.iter().take(ARGUMENTS).map(Text::as_str).collect();
        let image = program_name(&node.image);
        if arguments.is_empty() {
            // A record that names a parent by its file alone.
            let mut all = self.iter();
            let manager = all.find(|m| !m.runner && m.programs.iter().any(|p| *p == image))?;
            let mut asked = read(manager, &[]);
            asked.installs = !manager.install.is_empty();
            return Some(asked);
        }
        let (manager, rest) = self.program(&image, &arguments)?;
        Some(read(manager, rest))
    }

    /// Whether a process can be a package manager at all, by its program and
    /// its first argument: few are, and every process is asked.
    fn may_be(&self, node: &Node) -> bool {
        let image = program_name(&node.image);
        let known = |name: &str| {
            let java = matches!(name, "java" | "javaw");
            java || is_interpreter(name) || self.program_of(name).is_some()
        };
        if known(&image) {
            return true;
        }
        if let Some(first) = node.arguments.first() {
            return known(&program_name(first));
        }
        let line = &node.command_line;
        // Quotes may be anywhere in a word.
        let end = line.find(char::is_whitespace).unwrap_or(line.len());
        let word = line.get(..end).unwrap_or_default();
        if word.is_empty() || word.contains(['"', '\'']) {
            let words = split_command_line(line);
            return words
                .first()
                .is_some_and(|first| known(&program_name(first)));
        }
        known(&program_name(word))
    }

    /// The package manager of a program's name.
    fn program_of(&self, name: &str) -> Option<&Manager> {
        // `pip3.12` is `pip3` or `pip` with a version, whichever is known.
        let version = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
        let shortest = name.trim_end_matches(version).len();
        let ends = (shortest..=name.len()).rev();
        let mut found: Option<usize> = None;
        for end in ends {
            let at = name.get(..end).and_then(|name| self.by_program(name));
            found = found.into_iter().chain(at).min();
        }
        self.at(found?)
    }

    /// The package manager that arguments call, and its own arguments.
    fn program<'a, 'b>(
        &'a self,
        image: &str,
        arguments: &'b [&'b str],
    ) -> Option<(&'a Manager, &'b [&'b str])> {
        let first = arguments.first().map(|a| program_name(a));
        let rest = arguments.get(1..).unwrap_or_default();
        let by_program = |name: &str| self.program_of(name);
        // npm writes its own title over its arguments.
        if let Some(manager) = first.as_deref().and_then(by_program) {
            return Some((manager, rest));
        }
        let java = |name: &str| matches!(name, "java" | "javaw");
        let interpreter = java(image)
            || first.as_deref().is_some_and(java)
            || is_interpreter(image)
            || first.as_deref().is_some_and(is_interpreter);
        if !interpreter {
            return by_program(image).map(|manager| (manager, rest));
        }
        // `node --max-old-space-size=1 /usr/bin/npm install`, `python -m pip`.
        let mut index = 0;
        while let Some(argument) = rest.get(index) {
            if *argument == "-m" {
                let module = rest.get(index + 1)?;
                let module = module.split('.').next().unwrap_or(module);
                let manager = self
                    .iter()
                    .find(|m| m.modules.iter().any(|x| x == module))?;
                return Some((manager, rest.get(index + 2..).unwrap_or_default()));
            }
            if matches!(*argument, "-c" | "-e" | "--eval" | "-p") {
                return None;
            }
            let valued = matches!(*argument, "-r" | "--require" | "-W" | "-X" | "-I");
            if valued || matches!(*argument, "-cp" | "-classpath" | "--class-path") {
                index += 2;
                continue;
            }
            if argument.starts_with('-') {
                index += 1;
                continue;
            }
            let name = path::file_name(argument).to_ascii_lowercase();
            let manager = self.iter().find(|m| {
                m.scripts.contains(&name)
                    || (m.programs.iter().any(|p| *p == name || versioned(p, &name)))
                    || name.strip_suffix(".exe").is_some_and(|n| m.programs.iter().any(|p| p == n))
                    // A package manager run from its zip or folder (`__main__.py`).
                    || (matches!(name.as_str(), "__main__.py" | "__pip-runner__.py")
                        && m.modules.iter().any(|x| argument.contains(&format!("/{x}/"))))
            })?;
            return Some((manager, rest.get(index + 1..).unwrap_or_default()));
        }
        None
    }
}

/// Whether a program runs scripts.
pub(crate) fn is_interpreter(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    // Package managers that are shell scripts (`brew`).
    let shell = matches!(name, "sh" | "bash" | "dash" | "zsh");
    shell
        || matches!(
            stem,
            "node"
                | "nodejs"
                | "bun"
                | "deno"
                | "python"
                | "pypy"
                | "pythonw"
                | "py"
                | "ruby"
                | "perl"
                | "php"
        )
}

/// `pip3`, `pip3.12`, `gem3.1` for `pip`, `gem`.
fn versioned(program: &str, name: &str) -> bool {
    name.strip_prefix(program).is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
    })
}

fn read<'a>(manager: &'a Manager, arguments: &[&str]) -> Invocation<'a> {
    let mut words = Vec::new();
    let mut registry = Text::default();
    let mut requirement = Vec::new();
    let mut unknown_option = false;
    let mut index = 0;
    while let Some(argument) = arguments.get(index) {
        index += 1;
        if *argument == "--" {
            words.extend(arguments.get(index..).unwrap_or_default());
            break;
        }
        // `installer -pkg x.pkg`: what installs is an option.
        let verb = manager.install.iter().any(|word| word == argument);
        if verb || !argument.starts_with('-') || argument.len() == 1 {
            words.push(*argument);
            continue;
        }
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (*argument, None),
        };
        let is_registry = manager.registry.iter().any(|o| o == name);
        let valued = is_registry || manager.valued.iter().any(|o| o == name);
        let value = match value {
            Some(value) => Some(value),
            None if valued => {
                index += 1;
                arguments.get(index - 1).copied()
            }
            None => {
                unknown_option |= words.is_empty();
                None
            }
        };
        if is_registry && let Some(value) = value {
            registry = Text::new(value);
        }
        if matches!(name, "-r" | "--requirement" | "-e" | "--editable")
            && let Some(value) = value
        {
            requirement.push(Text::new(value));
        }
    }
    let known = |word: &str| {
        let word = word.to_ascii_lowercase();
        [&manager.install, &manager.run, &manager.publish]
            .iter()
            .any(|list| list.contains(&word))
    };
    // `uv pip install`, `yarn global add`: a word may come before; and the
    // value of an option that we do not know.
    let at = if manager.runner {
        None
    } else {
        let prefixes = words
            .iter()
            .take_while(|w| manager.prefixes.iter().any(|p| p == *w));
        let first = prefixes.count();
        let candidates = if unknown_option { 2 } else { 1 };
        (first..first + candidates).find(|at| words.get(*at).is_some_and(|word| known(word)))
    };
    let verb = match at {
        Some(at) => words
            .get(at)
            .map_or_else(String::new, |w| w.to_ascii_lowercase()),
        None => String::new(),
    };
    let installs = match at {
        Some(_) => manager.install.contains(&verb) || manager.run.contains(&verb),
        None => (manager.runner && !words.is_empty()) || (manager.bare && words.is_empty()),
    };
    let publishes = manager.publish.contains(&verb);
    let runs = manager.runner || manager.run.contains(&verb);
    let mut packages = Vec::new();
    let mut sources = requirement;
    if installs {
        let from = at.map_or(0, |at| at + 1);
        // What follows the package to be run are its own arguments.
        let most = if runs { 1 } else { ARGUMENTS };
        for word in words.into_iter().skip(from).take(most) {
            match package(manager, word) {
                Some(package) => packages.push(package),
                None => sources.push(Text::new(word)),
            }
        }
    }
    Invocation {
        manager,
        verb,
        installs,
        publishes,
        packages,
        sources,
        registry,
    }
}

/// `name`, `name@1.2`, `name==1.2`, `name[extra]>=1`; none for files and URLs.
fn package(manager: &Manager, word: &str) -> Option<Package> {
    let ecosystem = manager.ecosystem()?;
    let scoped = word.starts_with('@');
    let path_like = word.contains("://")
        || word.contains('\\')
        || word.starts_with(['.', '/', '~'])
        || (word.contains('/') && !scoped && ecosystem.purl_type() != "golang");
    if path_like || word.is_empty() || word.len() > 256 {
        return None;
    }
    let cut = word
        .char_indices()
        .skip(1)
        .find(|(_, c)| matches!(c, '@' | '=' | '<' | '>' | '~' | '!' | '[' | ';' | ':'));
    let Some((at, mark)) = cut else {
        return Some(Package::new(ecosystem, word, None));
    };
    let name = word.get(..at)?;
    let rest = word.get(at..)?;
    let version = match mark {
        '@' | ':' => rest.get(1..),
        _ => rest.find("==").and_then(|at| rest.get(at + 2..)),
    };
    Some(Package::new(ecosystem, name, version))
}

/// Splits a command line as the shell and Windows' C runtime do, near enough
/// to find words: quotes group, a backslash only escapes a quote.
pub(crate) fn split_command_line(line: &str) -> Vec<Text> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut any = false;
    let mut rest = line;
    loop {
        // Whatever tells nothing by itself is taken at once.
        let odd = |byte: u8| matches!(byte, b'"' | b'\'' | b'\\' | b'\t'..=b'\r' | b' ' | 0x80..);
        let plain = rest.bytes().position(odd).unwrap_or(rest.len());
        let (text, behind) = rest.split_at(plain);
        word.push_str(text);
        any |= !text.is_empty();
        let mut chars = behind.chars();
        let Some(c) = chars.next() else {
            break;
        };
        rest = chars.as_str();
        match (quote, c) {
            (None, c) if c.is_whitespace() => {
                if any {
                    out.push(Text::from(std::mem::take(&mut word)));
                    any = false;
                }
                if out.len() >= ARGUMENTS {
                    return out;
                }
            }
            (None, '"' | '\'') => {
                quote = Some(c);
                any = true;
            }
            (Some(open), c) if c == open => quote = None,
            (_, '\\') if rest.starts_with('"') => {
                word.extend(chars.next());
                rest = chars.as_str();
                any = true;
            }
            (_, c) => {
                word.push(c);
                any = true;
            }
        }
    }
    if any {
        out.push(Text::from(word));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Option<(String, String, Vec<String>, bool)> {
        let managers = Managers::load(&lazaret_content::Content::shipped()).unwrap();
        let arguments = split_command_line(line);
        let node = Node {
            image: arguments[0].clone(),
            command_line: Text::new(line),
            arguments: arguments.into(),
            ..Node::default()
        };
        let found = managers.invocation(&node)?;
        let packages = found.packages.iter().map(Package::purl).collect();
        Some((
            found.manager.name.clone(),
            found.verb.clone(),
            packages,
            found.installs,
        ))
    }

    #[test]
    fn installs_are_recognised() {
        for (line, manager, packages) in [
            (
                "npm install left-pad@1.3.0",
                "npm",
                vec!["pkg:npm/left-pad@1.3.0"],
            ),
            (
                "node /usr/bin/npm i @scope/x",
                "npm",
                vec!["pkg:npm/%40scope/x"],
            ),
            (
                "node /usr/lib/node_modules/npm/bin/npm-cli.js ci",
                "npm",
                vec![],
            ),
            ("npm --prefix /srv/app install x", "npm", vec!["pkg:npm/x"]),
            (
                "/usr/bin/python3 -m pip install -U requests==2.0",
                "pip",
                vec!["pkg:pypi/requests@2.0"],
            ),
            (
                "/usr/bin/python3 /usr/bin/pip3 install --index-url http://192.0.2.1/simple x",
                "pip",
                vec!["pkg:pypi/x"],
            ),
            ("pip3.12 install foo[bar]>=1", "pip", vec!["pkg:pypi/foo"]),
            ("pip install -r requirements.txt", "pip", vec![]),
            ("npx cowsay hello", "npx", vec!["pkg:npm/cowsay"]),
            ("yarn", "yarn", vec![]),
            ("yarn add x", "yarn", vec!["pkg:npm/x"]),
            ("pnpm dlx x y", "pnpm", vec!["pkg:npm/x"]),
            ("uv pip install x", "uv", vec!["pkg:pypi/x"]),
            ("uvx ruff check", "uvx", vec!["pkg:pypi/ruff"]),
            ("gem install rails -v 7.0", "gem", vec!["pkg:gem/rails"]),
            ("cargo install ripgrep", "cargo", vec!["pkg:cargo/ripgrep"]),
            (
                r#""C:\Program Files\nodejs\node.exe" "C:\Program Files\nodejs\node_modules\npm\bin\npm-cli.js" install x"#,
                "npm",
                vec!["pkg:npm/x"],
            ),
        ] {
            let found = asked(line).unwrap_or_else(|| panic!("{line}: nothing"));
            assert_eq!(found.0, manager, "{line}");
            assert_eq!(found.2, packages, "{line}");
            assert!(found.3, "{line}");
        }
    }

    #[test]
    fn other_commands_install_nothing() {
        for line in [
            "npm run build",
            "npm view x",
            "pip list",
            "node server.js install",
            "python3 -c 'import pip'",
            "grep npm install",
        ] {
            assert!(!asked(line).is_some_and(|found| found.3), "{line}");
        }
    }
}
