//! Forms under which names are compared.

/// Words that are added to a popular name to make another: promises of being
/// official, of a fix, of another platform.
const ADDITIONS: &[&str] = &[
    "official", "original", "real", "free", "pro", "plus", "premium", "new", "latest", "next-gen",
    "fixed", "fix", "patched", "patch", "update", "updated", "stable", "safe", "secure", "fast",
    "dev", "beta", "test", "tests", "js", "node", "nodejs", "npm", "py", "python", "python3",
    "pip", "lib", "libs", "pkg", "package", "module", "tool", "tools", "util", "utils", "helper",
    "helpers", "sdk", "api", "client", "wrapper", "core", "lite", "x", "v2", "2", "3",
];

/// Beginnings of families that many owners publish in.
const FAMILIES: &[&str] = &[
    "@types/",
    "babel-plugin-",
    "babel-preset-",
    "eslint-config-",
    "eslint-plugin-",
    "grunt-",
    "gulp-",
    "gatsby-",
    "rollup-plugin-",
    "vite-plugin-",
    "webpack-",
    "postcss-",
    "stylelint-",
    "remark-",
    "rehype-",
    "karma-",
    "metalsmith-",
    "hubot-",
    "yeoman-",
    "generator-",
    "homebridge-",
    "n8n-nodes-",
    "react-",
    "vue-",
    "django-",
    "flask-",
    "pytest-",
    "sphinx-",
    "sphinxcontrib-",
    "types-",
    "pyobjc-",
    "mkdocs-",
    "jupyter-",
    "airflow-",
    "apache-airflow-",
    "azure-",
    "aws-",
    "google-cloud-",
    "opentelemetry-",
    "llama-index-",
    "langchain-",
    "mypy-boto3-",
    "streamlit-",
    "pelican-",
    "napari-",
    "nonebot-plugin-",
    "tree-sitter-",
    "cargo-",
    "rails-",
    "rubocop-",
    "jekyll-",
    "fluent-plugin-",
    "logstash-",
    "omniauth-",
    "vagrant-",
];

/// Whether the name belongs to a family in which names are alike by design.
pub(super) fn is_family(name: &str) -> bool {
    FAMILIES.iter().any(|family| name.starts_with(family))
}

/// Scope and name of `@scope/name`.
pub(super) fn scope(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix('@')?.split_once('/')
}

/// The name without separators.
pub(super) fn bare(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_' | '.'))
        .collect()
}

/// The name with letters that look alike made the same (after Unicode TR 39's
/// idea of a skeleton, cut down to what registries accept).
pub(super) fn skeleton(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.to_lowercase().chars() {
        out.push(match c {
            '0' | 'о' | 'ο' | 'օ' => 'o',
            '1' | 'l' | 'і' | 'ı' | 'ӏ' | '|' => 'i',
            'а' | 'ɑ' | 'α' => 'a',
            'е' | 'ё' => 'e',
            'р' | 'ρ' => 'p',
            'с' | 'ϲ' => 'c',
            'у' | 'ү' => 'y',
            'х' => 'x',
            'ѕ' => 's',
            'ј' => 'j',
            'һ' => 'h',
            'ԁ' => 'd',
            'ɡ' => 'g',
            'п' => 'n',
            'к' => 'k',
            'т' => 't',
            'м' => 'm',
            'в' => 'b',
            '5' => 's',
            other => other,
        });
    }
    out.replace("rn", "m").replace("vv", "w").replace("cl", "d")
}

/// The words of a name of several, sorted.
pub(super) fn sorted_words(name: &str) -> Option<String> {
    let mut words: Vec<&str> = name
        .split(['-', '_', '.'])
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() < 2 || name.starts_with('@') {
        return None;
    }
    words.sort_unstable();
    Some(words.join("-"))
}

/// Whether the names differ only in a digit: versions of one thing
/// (`bootstrap4`, `bootstrap5`).
pub(super) fn differs_in_number(a: &str, b: &str) -> bool {
    let letters = |name: &str| {
        name.chars()
            .filter(|c| !c.is_ascii_digit())
            .collect::<String>()
    };
    a != b && letters(a) == letters(b)
}

/// What is left of the name without one added word.
pub(super) fn without_additions(name: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for word in ADDITIONS {
        for separator in ["-", "_", "."] {
            if let Some(rest) = name
                .strip_suffix(word)
                .and_then(|rest| rest.strip_suffix(separator))
            {
                found.push(rest);
            }
            if let Some(rest) = name
                .strip_prefix(word)
                .and_then(|rest| rest.strip_prefix(separator))
            {
                found.push(rest);
            }
        }
    }
    found
}
