//! Queries with an article's indicators filled in.
//!
//! An article is hostile input: each value is written as a string literal of
//! the query language, with everything that could end the literal escaped,
//! and a value that has control characters or line breaks is left out.

use std::collections::HashSet;

use lazaret_model::{Ecosystem, IndicatorKind, Package};
use serde::Serialize;

use crate::indicators::Found;

/// A query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Kusto, over Defender and Sentinel tables.
    Kql,
    /// Splunk, over Common Information Model data models.
    Spl,
    /// Sigma.
    Sigma,
}

/// A query ready to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hunt {
    /// What it looks for.
    pub title: String,
    /// Its language.
    pub language: Language,
    /// The query.
    pub text: String,
}

/// Values in one query; more go into further queries.
const VALUES: usize = 500;

/// One set of hunts per kind of indicator that telemetry can show.
pub fn for_indicators(found: &[Found]) -> Vec<Hunt> {
    let mut hunts = Vec::new();
    let values = |kinds: &[IndicatorKind]| -> Vec<String> {
        found
            .iter()
            .filter(|f| kinds.contains(&f.indicator.kind))
            .map(|f| f.indicator.value.clone())
            .filter(|value| !value.chars().any(char::is_control))
            .collect()
    };
    let mut hosts = values(&[IndicatorKind::Domain]);
    let urls = values(&[IndicatorKind::Url, IndicatorKind::Repository]);
    hosts.dedup();
    for chunk in hosts.chunks(VALUES) {
        domains(chunk, &mut hunts);
    }
    for chunk in urls.chunks(VALUES) {
        self::urls(chunk, &mut hunts);
    }
    for chunk in values(&[IndicatorKind::Ipv4, IndicatorKind::Ipv6]).chunks(VALUES) {
        addresses(chunk, &mut hunts);
    }
    for (kind, column, cim, sigma) in [
        (IndicatorKind::Sha256, "SHA256", "file_hash", "SHA256"),
        (IndicatorKind::Sha1, "SHA1", "file_hash", "SHA1"),
        (IndicatorKind::Md5, "MD5", "file_hash", "MD5"),
    ] {
        for chunk in values(&[kind]).chunks(VALUES) {
            digests(chunk, column, cim, sigma, &mut hunts);
        }
    }
    for chunk in values(&[IndicatorKind::FilePath, IndicatorKind::FileName]).chunks(VALUES) {
        files(chunk, &mut hunts);
    }
    let names: Vec<String> = values(&[IndicatorKind::Package])
        .iter()
        .filter_map(|purl| purl.parse::<Package>().ok())
        .map(|package| match package.ecosystem() {
            // As `code --install-extension` and its folders have it.
            Ecosystem::Vscode => package.name().replacen('/', ".", 1),
            _ => package.name().to_owned(),
        })
        .collect();
    let mut seen = HashSet::new();
    let unique: Vec<String> = names
        .into_iter()
        .filter(|name| seen.insert(name.clone()))
        .collect();
    // What every system writes is no sign of anything.
    let keys: Vec<String> = values(&[IndicatorKind::RegistryKey])
        .iter()
        .filter_map(|key| key.split_once('\\'))
        .map(|(_, below)| below.to_owned())
        .filter(|below| {
            let lower = below.to_lowercase();
            ![
                "\\run",
                "\\runonce",
                "\\services",
                "\\winlogon",
                "\\currentversion",
            ]
            .iter()
            .any(|end| lower.ends_with(end))
        })
        .collect();
    for chunk in keys.chunks(VALUES) {
        registry_keys(chunk, &mut hunts);
    }
    for chunk in values(&[IndicatorKind::UserAgent]).chunks(VALUES) {
        user_agents(chunk, &mut hunts);
    }
    for chunk in unique.chunks(VALUES) {
        packages(chunk, &mut hunts);
    }
    hunts
}

fn domains(values: &[String], hunts: &mut Vec<Hunt>) {
    let title = "Connections to and look-ups of the article's domains";
    let list = kql_list(values);
    let kql = format!(
        "let Domains = dynamic([{list}]);\nDeviceNetworkEvents\n| where Timestamp > ago(30d)\n| where RemoteUrl has_any (Domains)\n    or tostring(parse_json(AdditionalFields).query) has_any (Domains)\n| project Timestamp, DeviceName, InitiatingProcessAccountName, InitiatingProcessFileName,\n          InitiatingProcessCommandLine, RemoteUrl, RemoteIP, RemotePort\n| order by Timestamp desc"
    );
    let queries = spl_any("DNS.query", values, true);
    let spl = tstats(
        "Network_Resolution.DNS",
        &format!("({queries})"),
        "DNS.src DNS.query",
    );
    push(
        hunts,
        title,
        kql,
        spl,
        sigma(title, "dns_query", "QueryName|endswith", values),
    );
}

fn urls(values: &[String], hunts: &mut Vec<Hunt>) {
    let title = "Requests to the article's URLs";
    let bare: Vec<String> = values
        .iter()
        .map(|url| {
            url.split_once("://")
                .map_or(url.as_str(), |(_, rest)| rest)
                .to_owned()
        })
        .collect();
    let list = kql_list(&bare);
    let kql = format!(
        "let Urls = dynamic([{list}]);\nDeviceNetworkEvents\n| where Timestamp > ago(30d)\n| where RemoteUrl has_any (Urls)\n| project Timestamp, DeviceName, InitiatingProcessAccountName, InitiatingProcessFileName,\n          InitiatingProcessCommandLine, RemoteUrl, RemoteIP, RemotePort\n| order by Timestamp desc"
    );
    let any = spl_any("Web.url", &bare, true);
    let spl = tstats(
        "Web.Web",
        &format!("({any})"),
        "Web.src Web.user Web.url Web.dest",
    );
    push(
        hunts,
        title,
        kql,
        spl,
        sigma(title, "proxy", "c-uri|contains", &bare),
    );
}

fn addresses(values: &[String], hunts: &mut Vec<Hunt>) {
    let title = "Connections to the article's addresses";
    let (ranges, single): (Vec<String>, Vec<String>) = values
        .iter()
        .cloned()
        .partition(|value| value.contains('/'));
    let mut tests = Vec::new();
    if !single.is_empty() {
        tests.push(format!("RemoteIP in ({})", kql_list(&single)));
    }
    for range in &ranges {
        tests.push(format!("ipv4_is_in_range(RemoteIP, {})", kql_string(range)));
    }
    let kql = format!(
        "DeviceNetworkEvents\n| where Timestamp > ago(30d)\n| where {}\n| project Timestamp, DeviceName, InitiatingProcessAccountName, InitiatingProcessFileName,\n          InitiatingProcessCommandLine, RemoteIP, RemotePort, RemoteUrl\n| order by Timestamp desc",
        tests.join("\n    or ")
    );
    let any = spl_any("All_Traffic.dest_ip", values, false);
    let spl = tstats(
        "Network_Traffic.All_Traffic",
        &format!("({any})"),
        "All_Traffic.src All_Traffic.dest_ip All_Traffic.dest_port All_Traffic.app",
    );
    let field = if ranges.is_empty() {
        "DestinationIp"
    } else {
        "DestinationIp|cidr"
    };
    push(
        hunts,
        title,
        kql,
        spl,
        sigma(title, "network_connection", field, values),
    );
}

fn digests(values: &[String], column: &str, cim: &str, sigma_name: &str, hunts: &mut Vec<Hunt>) {
    let title = "Files of the article by digest";
    let list = kql_list(values);
    let kql = format!(
        "let Digests = dynamic([{list}]);\nunion DeviceFileEvents, DeviceProcessEvents, DeviceImageLoadEvents\n| where Timestamp > ago(30d)\n| where {column} in~ (Digests)\n| project Timestamp, DeviceName, ActionType, FileName, FolderPath, {column}, InitiatingProcessCommandLine\n| order by Timestamp desc"
    );
    let any = spl_any(&format!("Filesystem.{cim}"), values, false);
    let spl = tstats(
        "Endpoint.Filesystem",
        &format!("({any})"),
        &format!(
            "Filesystem.dest Filesystem.user Filesystem.file_name Filesystem.file_path Filesystem.{cim}"
        ),
    );
    let named: Vec<String> = values
        .iter()
        .map(|value| format!("{sigma_name}={}", value.to_uppercase()))
        .collect();
    push(
        hunts,
        title,
        kql,
        spl,
        sigma(title, "process_creation", "Hashes|contains", &named),
    );
}

fn files(values: &[String], hunts: &mut Vec<Hunt>) {
    let title = "Files of the article by name and path";
    let names: Vec<String> = values
        .iter()
        .filter_map(|path| path.rsplit(['/', '\\']).next())
        .filter(|name| name.len() > 3)
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        return;
    }
    let list = kql_list(&names);
    let kql = format!(
        "DeviceFileEvents\n| where Timestamp > ago(30d)\n| where FileName in~ ({list})\n| project Timestamp, DeviceName, ActionType, FileName, FolderPath, SHA256, InitiatingProcessFileName, InitiatingProcessCommandLine\n| order by Timestamp desc"
    );
    let any = spl_any("Filesystem.file_name", &names, false);
    let spl = tstats(
        "Endpoint.Filesystem",
        &format!("({any})"),
        "Filesystem.dest Filesystem.user Filesystem.file_name Filesystem.file_path",
    );
    push(
        hunts,
        title,
        kql,
        spl,
        sigma(title, "file_event", "TargetFilename|endswith", &names),
    );
}

fn registry_keys(values: &[String], hunts: &mut Vec<Hunt>) {
    let title = "Changes of the article's registry keys";
    let list = kql_list(values);
    let kql = format!(
        "let Keys = dynamic([{list}]);\nDeviceRegistryEvents\n| where Timestamp > ago(30d)\n| where RegistryKey has_any (Keys)\n| project Timestamp, DeviceName, ActionType, RegistryKey, RegistryValueName, RegistryValueData,\n          InitiatingProcessFileName, InitiatingProcessCommandLine\n| order by Timestamp desc"
    );
    let any = spl_any("Registry.registry_path", values, true);
    let spl = tstats(
        "Endpoint.Registry",
        &format!("({any})"),
        "Registry.dest Registry.user Registry.registry_path Registry.registry_value_data",
    );
    push(
        hunts,
        title,
        kql,
        spl,
        sigma(title, "registry_set", "TargetObject|contains", values),
    );
}

fn user_agents(values: &[String], hunts: &mut Vec<Hunt>) {
    let title = "Requests with the article's user agents";
    let list = kql_list(values);
    let kql = format!(
        "let Agents = dynamic([{list}]);\nDeviceNetworkEvents\n| where Timestamp > ago(30d)\n| extend Agent = tostring(parse_json(AdditionalFields).user_agent)\n| where Agent in (Agents)\n| project Timestamp, DeviceName, InitiatingProcessFileName, RemoteUrl, RemoteIP, Agent\n| order by Timestamp desc"
    );
    let any = spl_any("Web.http_user_agent", values, false);
    let spl = tstats(
        "Web.Web",
        &format!("({any})"),
        "Web.src Web.dest Web.http_user_agent",
    );
    push(
        hunts,
        title,
        kql,
        spl,
        sigma(title, "proxy", "c-useragent", values),
    );
}

fn packages(values: &[String], hunts: &mut Vec<Hunt>) {
    let title = "Installations of the article's packages";
    let list = kql_list(values);
    let kql = format!(
        "let Packages = dynamic([{list}]);\nlet Installs = DeviceProcessEvents\n    | where Timestamp > ago(30d)\n    | where ProcessCommandLine has_any (\"install\", \"add\", \"npx\", \"uvx\", \"dlx\", \"get\", \"pull\")\n    | where ProcessCommandLine has_any (Packages)\n    | project Timestamp, DeviceName, AccountName, What = ProcessCommandLine, By = InitiatingProcessCommandLine;\nlet Folders = DeviceFileEvents\n    | where Timestamp > ago(30d)\n    | where FolderPath has_any (\"node_modules\", \"site-packages\", \"gems\", \"registry\", \"extensions\", \".nuget\")\n    | where FolderPath has_any (Packages)\n    | project Timestamp, DeviceName, AccountName = InitiatingProcessAccountName, What = FolderPath, By = InitiatingProcessCommandLine;\nunion Installs, Folders\n| summarize First = min(Timestamp), Last = max(Timestamp), Seen = count() by DeviceName, AccountName, What, By\n| order by First desc"
    );
    // A name begins a word of the command: `search` is no part of `research`.
    let words: Vec<String> = values.iter().map(|value| format!(" {value}")).collect();
    let any = spl_any("Processes.process", &words, true);
    let spl = tstats(
        "Endpoint.Processes",
        &format!(
            "(Processes.process=\"*install*\" OR Processes.process=\"* add *\" OR Processes.process=\"*npx*\" OR Processes.process=\"* pull *\")\n      AND ({any})"
        ),
        "Processes.dest Processes.user Processes.parent_process_name Processes.process",
    );
    push(
        hunts,
        title,
        kql,
        spl,
        sigma(title, "process_creation", "CommandLine|contains", &words),
    );
}

/// The same hunt in every language.
fn push(hunts: &mut Vec<Hunt>, title: &str, kql: String, spl: String, sigma: String) {
    let texts = [
        (Language::Kql, kql),
        (Language::Spl, spl),
        (Language::Sigma, sigma),
    ];
    hunts.extend(texts.map(|(language, text)| Hunt {
        title: title.to_owned(),
        language,
        text,
    }));
}

/// A search of a data model, `Endpoint.Processes`, with its first and last time.
fn tstats(model: &str, test: &str, by: &str) -> String {
    let dataset = model.rsplit('.').next().unwrap_or(model);
    format!(
        "| tstats `security_content_summariesonly` count min(_time) as firstTime max(_time) as lastTime\n    from datamodel={model}\n    where {test}\n    by {by}\n| `drop_dm_object_name({dataset})`\n| `security_content_ctime(firstTime)`\n| `security_content_ctime(lastTime)`"
    )
}

/// A KQL string literal: backslash and quote are escaped.
fn kql_string(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

fn kql_list(values: &[String]) -> String {
    values
        .iter()
        .map(|value| kql_string(value))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `field="a" OR field="b"` with quotes and backslashes escaped. A `*` of the
/// value would be a wildcard and a backtick or `|` end the search, so values
/// that have one are matched up to it.
fn spl_any(field: &str, values: &[String], within: bool) -> String {
    let star = if within { "*" } else { "" };
    values
        .iter()
        .filter(|value| value.chars().filter(|c| c.is_alphanumeric()).count() >= 2)
        .map(|value| {
            // Nothing before the cut would match everything.
            let value = value.trim_start_matches(['*', '`', '|', '[', ']']);
            let cut = value.find(['*', '`', '|', '[', ']']).unwrap_or(value.len());
            let tail = if cut < value.len() { "*" } else { star };
            let text = value[..cut].replace('\\', "\\\\").replace('"', "\\\"");
            format!("{field}=\"{star}{text}{tail}\"")
        })
        .collect::<Vec<_>>()
        .join(" OR ")
}

/// A Sigma rule; values are YAML strings in double quotes, which JSON strings
/// are too, with Sigma's wildcards escaped.
fn sigma(title: &str, category: &str, field: &str, values: &[String]) -> String {
    let list: String = values
        .iter()
        .map(|value| value.replace('*', "\\*").replace('?', "\\?"))
        .map(|value| format!("            - {}\n", serde_json::Value::String(value)))
        .collect();
    format!(
        "title: {title}\nstatus: experimental\nlogsource:\n    category: {category}\ndetection:\n    selection:\n        {field}:\n{list}    condition: selection\nlevel: high\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_literal() {
        let nasty = r#"a" | delete \"#;
        assert_eq!(kql_string(nasty), r#""a\" | delete \\""#);
        assert_eq!(spl_any("x", &[nasty.to_owned()], false), r#"x="a\" *""#);
        let rule = sigma("t", "c", "f", &["a\"\n- evil: *".to_owned()]);
        assert!(rule.contains(r#"- "a\"\n- evil: \\*""#), "{rule}");
    }
}
