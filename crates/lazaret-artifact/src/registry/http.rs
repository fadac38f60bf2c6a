//! HTTP, with the system's certificates and bounds.

use std::time::Duration;

use base64::Engine as _;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::{RegistryError, malformed};

/// Largest answer: npm's largest packuments and the largest packages.
const ANSWER_BYTES: u64 = 1 << 30;

pub(super) struct Http {
    agent: ureq::Agent,
}

impl Http {
    pub(super) fn new() -> Self {
        // Honours SSL_CERT_FILE and SSL_CERT_DIR, then the system's store.
        let native = rustls_native_certs::load_native_certs().certs;
        let roots = if native.is_empty() {
            RootCerts::WebPki
        } else {
            let certificates: Vec<_> = native
                .iter()
                .map(|der| Certificate::from_der(der.as_ref()).to_owned())
                .collect();
            RootCerts::new_with_certs(&certificates)
        };
        let config = ureq::Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .timeout_connect(Some(Duration::from_secs(20)))
            .timeout_global(Some(Duration::from_secs(600)))
            .http_status_as_error(false)
            .user_agent(concat!("lazaret/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.into(),
        }
    }

    pub(super) fn get(
        &self,
        url: &str,
        accept: Option<&str>,
        authorization: Option<String>,
    ) -> Result<Vec<u8>, RegistryError> {
        let (plain, own) = split_credentials(url);
        let mut request = self.agent.get(&plain);
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        if let Some(value) = authorization.or(own) {
            request = request.header("authorization", value);
        }
        let transport = |error: ureq::Error| RegistryError::Transport {
            url: without_credentials(url),
            reason: error.to_string(),
        };
        let mut response = request.call().map_err(transport)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(RegistryError::Status {
                url: without_credentials(url),
                status,
            });
        }
        response
            .body_mut()
            .with_config()
            .limit(ANSWER_BYTES)
            .read_to_vec()
            .map_err(transport)
    }

    pub(super) fn json(
        &self,
        url: &str,
        accept: Option<&str>,
        authorization: Option<String>,
    ) -> Result<serde_json::Value, RegistryError> {
        let bytes = self.get(url, accept, authorization)?;
        serde_json::from_slice(&bytes).map_err(|error| malformed(url, error.to_string()))
    }
}

/// The URL without `user:password@`, and these as a header.
fn split_credentials(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else {
        return (url.to_owned(), None);
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let Some((credentials, host)) = authority.rsplit_once('@') else {
        return (url.to_owned(), None);
    };
    let encoded = base64::engine::general_purpose::STANDARD.encode(percent_decode(credentials));
    (
        format!("{scheme}://{host}{path}"),
        Some(format!("Basic {encoded}")),
    )
}

pub(super) fn without_credentials(url: &str) -> String {
    split_credentials(url).0
}

fn percent_decode(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = (*first == b'%')
            .then(|| {
                tail.get(..2)
                    .and_then(|code| std::str::from_utf8(code).ok())
            })
            .flatten()
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match code {
            Some(byte) => {
                out.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}

/// A URL found in an answer, made absolute.
pub(super) fn join(base: &str, link: &str) -> String {
    if link.contains("://") {
        return link.to_owned();
    }
    let (scheme, rest) = base.split_once("://").unwrap_or(("https", base));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if let Some(link) = link.strip_prefix("//") {
        return format!("{scheme}://{link}");
    }
    if link.starts_with('/') {
        return format!("{scheme}://{host}{link}");
    }
    let mut names: Vec<&str> = path.split('/').collect();
    names.pop();
    for name in link.split('/') {
        match name {
            "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    format!("{scheme}://{host}/{}", names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_made_absolute() {
        let base = "https://example.com/simple/six/";
        assert_eq!(
            join(base, "../../packages/a.whl"),
            "https://example.com/packages/a.whl"
        );
        assert_eq!(join(base, "/a.whl"), "https://example.com/a.whl");
        assert_eq!(join(base, "https://example.org/a"), "https://example.org/a");
    }

    #[test]
    fn credentials_are_never_shown() {
        let (url, header) = split_credentials("https://user:p%40ss@example.com/simple/");
        assert_eq!(url, "https://example.com/simple/");
        assert_eq!(header.as_deref(), Some("Basic dXNlcjpwQHNz"));
    }
}
