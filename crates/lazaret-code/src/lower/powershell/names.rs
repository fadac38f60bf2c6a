//! Aliases and types.

/// Aliases that Windows PowerShell comes with, and the full names.
const ALIASES: [(&str, &str); 48] = [
    ("%", "foreach-object"),
    ("?", "where-object"),
    ("ac", "add-content"),
    ("cat", "get-content"),
    ("cd", "set-location"),
    ("copy", "copy-item"),
    ("cp", "copy-item"),
    ("cpi", "copy-item"),
    ("curl", "invoke-webrequest"),
    ("del", "remove-item"),
    ("dir", "get-childitem"),
    ("echo", "write-output"),
    ("erase", "remove-item"),
    ("foreach", "foreach-object"),
    ("gc", "get-content"),
    ("gcb", "get-clipboard"),
    ("gci", "get-childitem"),
    ("gi", "get-item"),
    ("gp", "get-itemproperty"),
    ("gps", "get-process"),
    ("gwmi", "get-wmiobject"),
    ("gcim", "get-ciminstance"),
    ("icm", "invoke-command"),
    ("iex", "invoke-expression"),
    ("ii", "invoke-item"),
    ("ipmo", "import-module"),
    ("irm", "invoke-restmethod"),
    ("iwmi", "invoke-wmimethod"),
    ("iwr", "invoke-webrequest"),
    ("kill", "stop-process"),
    ("ls", "get-childitem"),
    ("md", "new-item"),
    ("mkdir", "new-item"),
    ("move", "move-item"),
    ("mv", "move-item"),
    ("ni", "new-item"),
    ("ps", "get-process"),
    ("rd", "remove-item"),
    ("ri", "remove-item"),
    ("rm", "remove-item"),
    ("rmdir", "remove-item"),
    ("sajb", "start-job"),
    ("saps", "start-process"),
    ("sal", "set-alias"),
    ("scb", "set-clipboard"),
    ("sp", "set-itemproperty"),
    ("start", "start-process"),
    ("type", "get-content"),
];

/// The cmdlet's full name in lower case; `None` for a program.
pub(crate) fn cmdlet(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    // `Microsoft.PowerShell.Utility\Invoke-Expression`
    let lower = match lower.split_once('\\') {
        Some((module, rest)) if module.starts_with("microsoft.powershell") => rest.to_owned(),
        _ => lower,
    };
    if let Some((_, full)) = ALIASES.iter().find(|(alias, _)| *alias == lower) {
        return Some((*full).to_owned());
    }
    let (verb, noun) = lower.split_once('-')?;
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|c| c.is_ascii_alphanumeric());
    (verb.len() > 1
        && verb.bytes().all(|c| c.is_ascii_lowercase())
        && plain(noun)
        && !lower.contains('.'))
    .then_some(lower)
}

/// A type's name as the catalogue has it.
pub(super) fn type_name(text: &str) -> String {
    let lower = text.trim().trim_matches(['[', ']']).to_ascii_lowercase();
    lower
        .strip_prefix("system.")
        .map_or(lower.clone(), str::to_owned)
}

/// Parameters that take no value.
const SWITCHES: [&str; 34] = [
    "asjob",
    "asbytestream",
    "asplaintext",
    "append",
    "allmatches",
    "autosize",
    "casesensitive",
    "confirm",
    "debug",
    "directory",
    "file",
    "first_",
    "force",
    "hidden",
    "leaf",
    "listavailable",
    "nonewline",
    "noclobber",
    "nologo",
    "noninteractive",
    "noprofile",
    "passthru",
    "parent",
    "quiet",
    "raw",
    "recurse",
    "skipcertificatecheck",
    "unique",
    "usebasicparsing",
    "usedefaultcredentials",
    "verbose",
    "wait",
    "whatif",
    "nonewwindow",
];

pub(super) fn is_switch(name: &str) -> bool {
    SWITCHES.contains(&name)
        || name.len() >= 5 && SWITCHES.iter().any(|s| s.starts_with(name) && s.len() > 8)
}
