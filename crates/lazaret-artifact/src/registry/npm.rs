//! The npm registry.

use lazaret_model::Package;
use serde_json::Value;

use super::{Npm, RegistryError, Release, RemoteFile, http::Http, malformed, not_found, segment};

pub(super) fn release(http: &Http, npm: &Npm, package: &Package) -> Result<Release, RegistryError> {
    let registry = npm.registry_of(package.name());
    let url = format!(
        "{}/{}",
        registry.trim_end_matches('/'),
        segment(package.name())
    );
    let mut packument = match http.json(&url, None, npm.authorization(&url)) {
        Err(RegistryError::Status { status: 404, .. }) => return Err(not_found(package, registry)),
        other => other?,
    };
    let latest = packument
        .get("dist-tags")
        .and_then(|tags| tags.get(package.version().unwrap_or("latest")))
        .and_then(Value::as_str);
    let version = latest
        .or(package.version())
        .ok_or_else(|| malformed(&url, "there is no `latest` tag"))?
        .to_owned();
    let manifest = packument
        .get_mut("versions")
        .and_then(|versions| versions.get_mut(&version))
        .map(Value::take)
        .ok_or_else(|| not_found(&package.with_version(Some(&version)), registry))?;
    let dist = manifest.get("dist");
    let field = |name: &str| dist.and_then(|dist| dist.get(name)).and_then(Value::as_str);
    let tarball = field("tarball")
        .ok_or_else(|| malformed(&url, format!("{version} has no `dist.tarball`")))?
        .to_owned();
    let integrity = field("integrity")
        .map(|hashes| hashes.split_whitespace().map(str::to_owned).collect())
        .or_else(|| field("shasum").map(|hash| vec![hash.to_owned()]))
        .unwrap_or_default();
    Ok(Release {
        package: package.with_version(Some(&version)),
        files: vec![RemoteFile {
            name: tarball
                .rsplit('/')
                .next()
                .unwrap_or("package.tgz")
                .to_owned(),
            url: tarball,
            integrity,
        }],
        metadata: manifest,
    })
}
