//! Cargo's sparse index (the Cargo book, "Registry Index").

use lazaret_model::Package;
use serde_json::Value;

use super::{
    RegistryError, Release, RemoteFile, http::Http, malformed, not_found, segment, version::newest,
};

pub(super) fn release(
    http: &Http,
    index: &str,
    package: &Package,
) -> Result<Release, RegistryError> {
    let index = index.trim_start_matches("sparse+").trim_end_matches('/');
    let name = package.name().to_ascii_lowercase();
    let prefix = prefix(&name);
    let url = format!("{index}/{prefix}/{}", segment(&name));
    let answer = match http.get(&url, None, None) {
        Err(RegistryError::Status {
            status: 404 | 410 | 451,
            ..
        }) => {
            return Err(not_found(package, index));
        }
        other => other?,
    };
    let text = String::from_utf8_lossy(&answer);
    let lines: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let version_of = |line: &Value| line.get("vers").and_then(Value::as_str).map(str::to_owned);
    let version = match package.version() {
        Some(version) => version.to_owned(),
        None => {
            let kept: Vec<String> = lines
                .iter()
                .filter(|line| line.get("yanked").and_then(Value::as_bool) != Some(true))
                .filter_map(version_of)
                .collect();
            newest(kept.iter().map(String::as_str))
                .ok_or_else(|| not_found(package, index))?
                .to_owned()
        }
    };
    let package = package.with_version(Some(&version));
    let line = lines
        .into_iter()
        .find(|line| version_of(line).as_deref() == Some(&version))
        .ok_or_else(|| not_found(&package, index))?;
    let checksum = line
        .get("cksum")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let name = line
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or(&name)
        .to_owned();
    let configuration_url = format!("{index}/config.json");
    let configuration = http.json(&configuration_url, None, None)?;
    let dl = configuration
        .get("dl")
        .and_then(Value::as_str)
        .ok_or_else(|| malformed(&configuration_url, "there is no `dl`"))?;
    let url = if dl.contains('{') {
        dl.replace("{crate}", &segment(&name))
            .replace("{version}", &segment(&version))
            .replace("{prefix}", &self::prefix(&name))
            .replace("{lowerprefix}", &prefix)
            .replace("{sha256-checksum}", &checksum)
    } else {
        format!("{dl}/{}/{}/download", segment(&name), segment(&version))
    };
    Ok(Release {
        package,
        files: vec![RemoteFile {
            name: format!("{name}-{version}.crate"),
            url,
            integrity: (!checksum.is_empty())
                .then(|| format!("sha256:{checksum}"))
                .into_iter()
                .collect(),
        }],
        metadata: line,
    })
}

/// The folders of the index that a name is in.
fn prefix(name: &str) -> String {
    let part = |from, to| segment(name.get(from..to).unwrap_or_default());
    match name.len() {
        0 | 1 => "1".to_owned(),
        2 => "2".to_owned(),
        3 => format!("3/{}", part(0, 1)),
        _ => format!("{}/{}", part(0, 2), part(2, 4)),
    }
}
