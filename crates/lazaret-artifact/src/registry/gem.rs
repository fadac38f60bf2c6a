//! RubyGems' compact index: `/info/<name>`, one line for each version.

use lazaret_model::Package;

use super::{RegistryError, Release, RemoteFile, http::Http, not_found, segment, version::newest};

pub(super) fn release(
    http: &Http,
    source: &str,
    package: &Package,
) -> Result<Release, RegistryError> {
    let source = source.trim_end_matches('/');
    let url = format!("{source}/info/{}", segment(package.name()));
    let answer = match http.get(&url, None, None) {
        Err(RegistryError::Status { status: 404, .. }) => return Err(not_found(package, source)),
        other => other?,
    };
    let text = String::from_utf8_lossy(&answer);
    // `1.2.3[-platform] dependency:range,…|checksum:hex,ruby:range`
    let rows: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .collect();
    let version = match package.version() {
        Some(version) => version.to_owned(),
        None => newest(
            rows.iter()
                .map(|(version, _)| *version)
                .filter(|v| !v.contains('-')),
        )
        .ok_or_else(|| not_found(package, source))?
        .to_owned(),
    };
    let package = package.with_version(Some(&version));
    let of_version = |row: &str| {
        row == version
            || row
                .strip_prefix(&version)
                .is_some_and(|rest| rest.starts_with('-'))
    };
    let mut files: Vec<RemoteFile> = rows
        .iter()
        .filter(|(row, _)| of_version(row))
        .map(|(row, rest)| {
            let checksum = rest
                .split(['|', ','])
                .find_map(|part| part.strip_prefix("checksum:"));
            let name = format!("{}-{row}.gem", package.name());
            RemoteFile {
                url: format!("{source}/gems/{}", segment(&name)),
                name,
                integrity: checksum
                    .map(|hash| format!("sha256:{hash}"))
                    .into_iter()
                    .collect(),
            }
        })
        .collect();
    // The one for every platform is what has an extension to build.
    files.sort_by_key(|file| file.name.len());
    if files.is_empty() {
        return Err(not_found(&package, source));
    }
    Ok(Release {
        package,
        files,
        metadata: serde_json::Value::Null,
    })
}
