//! PyPI's simple index (PEP 503 as HTML, PEP 691 as JSON).

use lazaret_model::{Ecosystem, Package};
use serde_json::{Value, json};

use super::{
    RegistryError, Release, RemoteFile,
    http::{Http, join},
    not_found, segment,
    version::newest,
};

const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, text/html;q=0.2";

pub(super) fn release(
    http: &Http,
    indexes: &[String],
    package: &Package,
) -> Result<Release, RegistryError> {
    let mut last = not_found(package, indexes.first().map_or("", String::as_str));
    for index in indexes {
        let url = format!(
            "{}/{}/",
            index.trim_end_matches('/'),
            segment(package.name())
        );
        match http.get(&url, Some(ACCEPT), None) {
            Ok(answer) => {
                if let Some(release) = choose(package, files(&url, &answer)) {
                    return Ok(release);
                }
            }
            Err(RegistryError::Status { status: 404, .. }) => {}
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn files(url: &str, answer: &[u8]) -> Vec<RemoteFile> {
    let text = String::from_utf8_lossy(answer);
    match serde_json::from_str::<Value>(&text) {
        Ok(json) => from_json(url, &json),
        Err(_) => from_html(url, &text),
    }
}

fn from_json(url: &str, json: &Value) -> Vec<RemoteFile> {
    json.get("files")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|file| {
            let hash = file.get("hashes")?.get("sha256").and_then(Value::as_str);
            Some(RemoteFile {
                name: file.get("filename")?.as_str()?.to_owned(),
                url: join(url, file.get("url")?.as_str()?),
                integrity: hash
                    .map(|hash| format!("sha256:{hash}"))
                    .into_iter()
                    .collect(),
            })
        })
        .collect()
}

/// Each anchor's `href` ends in `#sha256=…`.
fn from_html(url: &str, html: &str) -> Vec<RemoteFile> {
    html.split("<a ")
        .skip(1)
        .filter_map(|anchor| {
            let (_, rest) = anchor.split_once("href=")?;
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let href = rest.get(1..)?.split(quote).next()?.replace("&amp;", "&");
            let (link, fragment) = href.split_once('#').unwrap_or((&href, ""));
            let name = link.split('?').next()?.rsplit('/').next()?;
            Some(RemoteFile {
                name: name.replace("%2B", "+").replace("%2b", "+"),
                url: join(url, link),
                integrity: (!fragment.is_empty())
                    .then(|| fragment.to_owned())
                    .into_iter()
                    .collect(),
            })
        })
        .collect()
}

fn choose(package: &Package, files: Vec<RemoteFile>) -> Option<Release> {
    let mut of_package: Vec<(String, RemoteFile)> = files
        .into_iter()
        .filter_map(|file| Some((version_of(package, &file.name)?, file)))
        .collect();
    let version = match package.version() {
        Some(version) => version.to_owned(),
        None => newest(of_package.iter().map(|(version, _)| version.as_str()))?.to_owned(),
    };
    of_package.retain(|(found, _)| *found == version);
    // A source distribution runs code when it is installed: it comes first.
    of_package.sort_by_key(|(_, file)| (order(&file.name), file.name.clone()));
    let files: Vec<RemoteFile> = of_package.into_iter().map(|(_, file)| file).collect();
    let metadata = json!({ "files": files.iter().map(|file| &file.name).collect::<Vec<_>>() });
    (!files.is_empty()).then(|| Release {
        package: package.with_version(Some(&version)),
        files,
        metadata,
    })
}

fn order(name: &str) -> u8 {
    match name {
        _ if !name.ends_with(".whl") => 0,
        _ if name.ends_with("-none-any.whl") => 1,
        _ if name.contains("manylinux") && name.contains("x86_64") => 2,
        _ => 3,
    }
}

/// The version in a file name, if the file is of this package.
fn version_of(package: &Package, file: &str) -> Option<String> {
    let (name, version) = if let Some(stem) = file.strip_suffix(".whl") {
        let mut parts = stem.split('-');
        (parts.next()?, parts.next()?)
    } else {
        let stem = [".tar.gz", ".zip", ".tar.bz2", ".tgz"]
            .iter()
            .find_map(|ending| file.strip_suffix(ending))?;
        stem.rsplit_once('-')?
    };
    let same = Package::new(Ecosystem::Pypi, name, None).name() == package.name();
    same.then(|| version.to_owned())
}
