//! NuGet's server API, version 3.

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
    let service = http.json(index, None, None)?;
    let resource = |kind: &str| {
        service
            .get("resources")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .find(|resource| resource.get("@type").and_then(Value::as_str) == Some(kind))
            .and_then(|resource| resource.get("@id"))
            .and_then(Value::as_str)
            .map(|url| url.trim_end_matches('/').to_owned())
            .ok_or_else(|| malformed(index, format!("there is no {kind}")))
    };
    let id = segment(&package.name().to_lowercase());
    let base = resource("PackageBaseAddress/3.0.0")?;
    let version = match package.version() {
        Some(version) => version.to_lowercase(),
        None => {
            let url = format!("{base}/{id}/index.json");
            let listing = match http.json(&url, None, None) {
                Err(RegistryError::Status { status: 404, .. }) => {
                    return Err(not_found(package, index));
                }
                other => other?,
            };
            let versions = listing.get("versions").and_then(Value::as_array);
            newest(versions.into_iter().flatten().filter_map(Value::as_str))
                .ok_or_else(|| not_found(package, index))?
                .to_owned()
        }
    };
    let package = package.with_version(Some(&version));
    // The hash is in the catalog entry that the registration leads to.
    let registration =
        resource("RegistrationsBaseUrl/3.6.0").or_else(|_| resource("RegistrationsBaseUrl"))?;
    let leaf_url = format!("{registration}/{id}/{}.json", segment(&version));
    let leaf = match http.json(&leaf_url, None, None) {
        Err(RegistryError::Status { status: 404, .. }) => return Err(not_found(&package, index)),
        other => other?,
    };
    let entry = match leaf.get("catalogEntry") {
        Some(Value::String(url)) => http.json(url, None, None)?,
        Some(entry) => entry.clone(),
        None => return Err(malformed(&leaf_url, "there is no catalogEntry")),
    };
    let integrity = entry
        .get("packageHash")
        .and_then(Value::as_str)
        .map(|hash| format!("sha512-{hash}"));
    let name = format!("{id}.{version}.nupkg");
    Ok(Release {
        package,
        files: vec![RemoteFile {
            url: format!("{base}/{id}/{}/{name}", segment(&version)),
            name,
            integrity: integrity.into_iter().collect(),
        }],
        metadata: entry,
    })
}
