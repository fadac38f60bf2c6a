//! Behaviours as rules see them.

use lazaret_code::ir::Language;
use lazaret_model::{Action, Behaviour, Flow, ObjectKind, Phase};
use lazaret_rule::{FieldValue, Fields};

/// Names as in `lazaret_model`'s serialised form.
pub(crate) fn action_name(action: Action) -> &'static str {
    match action {
        Action::Spawn => "spawn",
        Action::Connect => "connect",
        Action::Resolve => "resolve",
        Action::Listen => "listen",
        Action::Read => "read",
        Action::Write => "write",
        Action::Delete => "delete",
        Action::Load => "load",
        Action::Evaluate => "evaluate",
        Action::Persist => "persist",
    }
}

fn object_name(object: ObjectKind) -> &'static str {
    match object {
        ObjectKind::Process => "process",
        ObjectKind::File => "file",
        ObjectKind::Network => "network",
        ObjectKind::Dns => "dns",
        ObjectKind::Registry => "registry",
        ObjectKind::Environment => "environment",
        ObjectKind::Code => "code",
        ObjectKind::Module => "module",
        ObjectKind::Clipboard => "clipboard",
        ObjectKind::Screen => "screen",
        ObjectKind::Keyboard => "keyboard",
        ObjectKind::Host => "host",
    }
}

pub(crate) fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Install => "install",
        Phase::Import => "import",
        Phase::Run => "run",
    }
}

fn flow_name(flow: Flow) -> &'static str {
    match flow {
        Flow::Environment => "environment",
        Flow::EnvironmentAll => "environmentall",
        Flow::Credential => "credential",
        Flow::Browser => "browser",
        Flow::Wallet => "wallet",
        Flow::Chat => "chat",
        Flow::CloudMetadata => "cloudmetadata",
        Flow::Clipboard => "clipboard",
        Flow::Keyboard => "keyboard",
        Flow::Screen => "screen",
        Flow::Host => "host",
        Flow::Process => "process",
        Flow::File => "file",
        Flow::Network => "network",
        Flow::Decoded => "decoded",
        Flow::Argument => "argument",
    }
}

pub(crate) fn language_name(language: Language) -> &'static str {
    match language {
        Language::JavaScript => "javascript",
        Language::Python => "python",
        Language::Ruby => "ruby",
        Language::Shell => "shell",
        Language::PowerShell => "powershell",
        Language::Batch => "batch",
        Language::CSharp => "csharp",
        Language::Rust => "rust",
    }
}

/// Host, port and the rest of `scheme://host:port/rest` or `host:port`.
pub(crate) struct Address<'a> {
    pub scheme: &'a str,
    pub host: &'a str,
    pub path: &'a str,
}

pub(crate) fn address(target: &str) -> Address<'_> {
    let (scheme, rest) = target.split_once("://").unwrap_or(("", target));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or(inner),
        None => authority.split(':').next().unwrap_or(authority),
    };
    Address { scheme, host, path }
}

/// What a host is: `ip`, `private`, `loopback`, `domain`, `unknown`.
pub(crate) fn host_kind(host: &str) -> &'static str {
    if host.is_empty() || host.starts_with('{') {
        return "unknown";
    }
    if host == "localhost" || host.ends_with(".localhost") {
        return "loopback";
    }
    match host.parse::<std::net::IpAddr>() {
        Ok(ip) if ip.is_loopback() || ip.is_unspecified() => "loopback",
        Ok(std::net::IpAddr::V4(ip))
            if ip.is_private() || ip.is_link_local() || ip.is_broadcast() =>
        {
            "private"
        }
        Ok(std::net::IpAddr::V4(ip)) if ip.is_multicast() => "private",
        Ok(_) => "ip",
        Err(_) => "domain",
    }
}

/// The program of a command line, without folders and `.exe`.
pub(crate) fn program(command: &str) -> String {
    let command = command.trim_start();
    let word = match command.strip_prefix(['"', '\'']) {
        Some(rest) => rest.split(['"', '\'']).next().unwrap_or(rest),
        None => command.split_whitespace().next().unwrap_or(""),
    };
    let name = word
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or(word)
        .to_ascii_lowercase();
    match name.strip_suffix(".exe") {
        Some(stem) => stem.to_owned(),
        None => name,
    }
}

/// A behaviour with the file that it is in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BehaviourView<'a> {
    pub behaviour: &'a Behaviour,
    pub language: Option<Language>,
    pub aside: bool,
}

impl BehaviourView<'_> {
    /// Whether it is of a script that nothing of the package starts: how the
    /// project is built and released.
    pub(crate) fn is_project_script(&self) -> bool {
        matches!(
            self.language,
            Some(Language::Shell | Language::Batch | Language::PowerShell)
        ) || self.behaviour.location.path.ends_with("package.json")
    }
}

impl Fields for BehaviourView<'_> {
    fn get(&self, field: &str) -> Option<FieldValue<'_>> {
        let b = self.behaviour;
        let network = || matches!(b.object, ObjectKind::Network | ObjectKind::Dns);
        Some(match field {
            "action" => action_name(b.action).into(),
            "object" => object_name(b.object).into(),
            "target" => b.target.as_str().into(),
            "phase" => phase_name(b.phase).into(),
            "flows" => FieldValue::List(b.flows.iter().map(|f| flow_name(*f).into()).collect()),
            "tags" => FieldValue::List(b.tags.iter().map(|t| t.as_str().into()).collect()),
            "layers" => FieldValue::List(b.layers.iter().map(|l| l.as_str().into()).collect()),
            "api" => b.api.as_str().into(),
            "path" => b.location.path.as_str().into(),
            "aside" => self.aside.into(),
            "language" => language_name(self.language?).into(),
            "program" if b.object == ObjectKind::Process => program(&b.target).into(),
            "scheme" if network() => address(&b.target).scheme.into(),
            "host" if network() => address(&b.target).host.into(),
            "host-kind" if network() => host_kind(address(&b.target).host).into(),
            "url-path" if network() => address(&b.target).path.into(),
            "file-name" => b
                .target
                .rsplit(['/', '\\'])
                .next()
                .unwrap_or(&b.target)
                .into(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let a = address("https://user:pw@c2.example.com:8443/a/b?x");
        assert_eq!(
            (a.scheme, a.host, a.path),
            ("https", "c2.example.com", "/a/b?x")
        );
        assert_eq!(address("192.0.2.1:4444").host, "192.0.2.1");
        assert_eq!(host_kind("192.0.2.1"), "ip");
        assert_eq!(host_kind("10.1.2.3"), "private");
        assert_eq!(
            program(r#""C:\Windows\System32\PowerShell.exe" -enc x"#),
            "powershell"
        );
        assert_eq!(program("/usr/bin/curl -s x"), "curl");
    }
}
