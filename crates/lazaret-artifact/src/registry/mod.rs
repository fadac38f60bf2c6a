//! Fetching packages from the registries that the user's own tools are set up
//! for. Nothing is handed out that does not have the registry's hash.

mod cargo;
mod configuration;
mod gem;
mod http;
mod npm;
mod nuget;
mod pypi;
mod version;

use bytes::Bytes;
use lazaret_model::{Ecosystem, Package};

pub use configuration::{Npm, Registries};

use crate::{Integrity, IntegrityError};
use http::Http;

/// Why a package could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The registry cannot be reached.
    #[error("cannot fetch {url}: {reason}; check the network, the proxy and SSL_CERT_FILE")]
    Transport {
        /// Without credentials.
        url: String,
        /// Why.
        reason: String,
    },
    /// The registry answers with an error.
    #[error("{url} answers {status}; check the registry's address and your credentials for it")]
    Status {
        /// Without credentials.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// There is no such package or version.
    #[error("{package} is not in the registry {registry}")]
    NotFound {
        /// As a purl.
        package: String,
        /// Where it was looked for.
        registry: String,
    },
    /// The registry's answer is not understood.
    #[error("{url} does not answer as a registry does: {reason}")]
    Malformed {
        /// Without credentials.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// What was downloaded is not what the registry lists.
    #[error("{url} was refused: {source}; it was changed on the way or in the registry")]
    Integrity {
        /// Without credentials.
        url: String,
        /// The hashes.
        source: IntegrityError,
    },
    /// The registry gives no hash to check with.
    #[error("{url} was refused: the registry gives no hash for it")]
    NoIntegrity {
        /// Without credentials.
        url: String,
    },
    /// Packages of this ecosystem cannot be fetched.
    #[error("packages of {0} cannot be fetched; download it and give the file")]
    Unsupported(Ecosystem),
}

/// A file that a registry lists for a release.
#[derive(Clone, Debug)]
pub struct RemoteFile {
    /// File name.
    pub name: String,
    /// Where it is, possibly on another host than the registry.
    pub url: String,
    /// The registry's hashes, as it writes them.
    pub integrity: Vec<String>,
}

/// A release as a registry lists it.
#[derive(Clone, Debug)]
pub struct Release {
    /// The package with its version.
    pub package: Package,
    /// Its files; for PyPI the source distribution first, then wheels.
    pub files: Vec<RemoteFile>,
    /// What the registry says of this version: npm's manifest, a crate's index
    /// line, NuGet's catalog entry, PyPI's file list. `Null` where there is nothing.
    pub metadata: serde_json::Value,
}

/// A file, downloaded and checked.
#[derive(Clone, Debug)]
pub struct Download {
    /// What was asked for.
    pub file: RemoteFile,
    /// Its bytes; they have the registry's hash.
    pub bytes: Bytes,
}

/// A client for all registries. Calls block.
pub struct Client {
    http: Http,
    registries: Registries,
}

impl Client {
    /// A client for these registries.
    pub fn new(registries: Registries) -> Self {
        Self {
            http: Http::new(),
            registries,
        }
    }

    /// The release of a package; the newest stable one where no version is given.
    ///
    /// # Errors
    /// If the registry cannot be reached, does not have it, or answers nonsense.
    pub fn release(&self, package: &Package) -> Result<Release, RegistryError> {
        let (http, registries) = (&self.http, &self.registries);
        match package.ecosystem() {
            Ecosystem::Npm => npm::release(http, &registries.npm, package),
            Ecosystem::Pypi => pypi::release(http, &registries.pypi, package),
            Ecosystem::Cargo => cargo::release(http, &registries.cargo, package),
            Ecosystem::Gem => gem::release(http, &registries.gem, package),
            Ecosystem::Nuget => nuget::release(http, &registries.nuget, package),
            other => Err(RegistryError::Unsupported(other)),
        }
    }

    /// Any address, without a hash to check: advisory databases.
    ///
    /// # Errors
    /// If it cannot be reached or does not answer 200.
    pub fn get(&self, url: &str) -> Result<Vec<u8>, RegistryError> {
        self.http.get(url, None, None)
    }

    /// Downloads a file and compares it with the registry's hash.
    ///
    /// # Errors
    /// If it cannot be had, or does not have the hash, or there is none.
    pub fn download(&self, file: &RemoteFile) -> Result<Download, RegistryError> {
        let shown = http::without_credentials(&file.url);
        let expected = Integrity::strongest(file.integrity.iter().map(String::as_str));
        let Some(first) = expected.first() else {
            return Err(RegistryError::NoIntegrity { url: shown });
        };
        let bytes = self.http.get(
            &file.url,
            None,
            self.registries.npm.authorization(&file.url),
        )?;
        if !expected.iter().any(|hash| hash.check(&bytes).is_ok()) {
            first
                .check(&bytes)
                .map_err(|source| RegistryError::Integrity { url: shown, source })?;
        }
        Ok(Download {
            file: file.clone(),
            bytes: bytes.into(),
        })
    }

    /// The release and its first file.
    ///
    /// # Errors
    /// As [`Client::release`] and [`Client::download`].
    pub fn fetch(&self, package: &Package) -> Result<(Release, Download), RegistryError> {
        let release = self.release(package)?;
        let Some(file) = release.files.first() else {
            return Err(not_found(package, "configured"));
        };
        let download = self.download(file)?;
        Ok((release, download))
    }
}

fn not_found(package: &Package, registry: &str) -> RegistryError {
    RegistryError::NotFound {
        package: package.purl(),
        registry: http::without_credentials(registry),
    }
}

fn malformed(url: &str, reason: impl Into<String>) -> RegistryError {
    RegistryError::Malformed {
        url: http::without_credentials(url),
        reason: reason.into(),
    }
}

/// Percent-encodes what could change the meaning of a URL's path.
fn segment(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'@' | b'+') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
