//! Processes, accounts, hashes.

use std::sync::Arc;

use super::{Text, Time, path};

/// A user account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Account {
    /// Domain; empty where there is none.
    pub domain: Text,
    /// User name. On Linux the number where the record has no name.
    pub name: Text,
    /// Windows security identifier; numeric user id on Linux and macOS.
    pub sid: Text,
    /// User principal name.
    pub upn: Text,
    /// Entra id.
    pub object_id: Text,
}

impl Account {
    /// From `DOMAIN\name`, `name@domain` left whole, or a name.
    pub fn parse(text: &str) -> Self {
        match text.split_once('\\') {
            Some((domain, name)) => Self {
                domain: Text::new(domain),
                name: Text::new(name),
                ..Self::default()
            },
            None => Self {
                name: Text::new(text),
                ..Self::default()
            },
        }
    }

    /// The numeric user id, on Linux and macOS.
    pub fn uid(&self) -> Option<u32> {
        self.sid.parse().ok()
    }

    /// `DOMAIN\name`, or the name alone.
    pub fn qualified(&self) -> Text {
        if self.domain.is_empty() {
            self.name.clone()
        } else {
            Text::from(format!("{}\\{}", self.domain, self.name))
        }
    }
}

/// Hashes of a file, lower-case hexadecimal; empty where unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Hashes {
    /// SHA-256.
    pub sha256: Text,
    /// SHA-1.
    pub sha1: Text,
    /// MD5.
    pub md5: Text,
    /// Import hash of a Windows program.
    pub imphash: Text,
}

impl Hashes {
    /// From Sysmon's `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`.
    pub fn parse(text: &str) -> Self {
        let mut hashes = Self::default();
        for part in text.split([',', ' ']) {
            let Some((kind, value)) = part.split_once('=') else {
                continue;
            };
            let slot = match kind.trim() {
                "SHA256" => &mut hashes.sha256,
                "SHA1" => &mut hashes.sha1,
                "MD5" => &mut hashes.md5,
                "IMPHASH" => &mut hashes.imphash,
                _ => continue,
            };
            if value.bytes().any(|byte| byte != b'0') {
                *slot = lower(value);
            }
        }
        hashes
    }

    /// As Sysmon writes them.
    pub fn joined(&self) -> String {
        let all = [
            ("SHA1", &self.sha1),
            ("MD5", &self.md5),
            ("SHA256", &self.sha256),
            ("IMPHASH", &self.imphash),
        ];
        let known = all.iter().filter(|(_, value)| !value.is_empty());
        let parts: Vec<String> = known
            .map(|(kind, value)| format!("{kind}={}", value.to_ascii_uppercase()))
            .collect();
        parts.join(",")
    }
}

/// Lower-case ASCII, without an allocation where it already is.
pub(crate) fn lower(text: &str) -> Text {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Text::from(text.to_ascii_lowercase())
    } else {
        Text::new(text)
    }
}

/// A process, as far as one record knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Process {
    /// Process id. No identity: ids are used again, and one may run several
    /// programs in a row.
    pub pid: Option<i64>,
    /// When it was started.
    pub created: Option<Time>,
    /// The sensor's identifier that is unique on the device (Sysmon's
    /// `ProcessGuid`, Tetragon's `exec_id`, an audit token's pid version).
    pub guid: Text,
    /// Path of its program; a bare name where no more is known.
    pub image: Text,
    /// Its command line as one text.
    pub command_line: Text,
    /// Its arguments, where the record has them apart; the first is the
    /// program's own name.
    pub arguments: Arc<[Text]>,
    /// Its working folder.
    pub cwd: Text,
    /// Who runs it.
    pub account: Account,
    /// Hashes of its program.
    pub hashes: Hashes,
    /// Session or audit session.
    pub session: Option<i64>,
    /// Logon session.
    pub logon_id: Option<i64>,
    /// Controlling terminal; empty where unknown or none.
    pub terminal: Text,
    /// Integrity level (Windows).
    pub integrity: Text,
    /// Kind of token elevation (Windows).
    pub elevation: Text,
    /// Who signed its program: subject, or team and signing id (macOS).
    pub signer: Text,
    /// State of that signature (`Valid`, `Unsigned`, `Expired`).
    pub signature_status: Text,
    /// Its parent, as far as the record says.
    pub parent: Option<Arc<Process>>,
}

impl Process {
    /// The name of its program's file.
    pub fn file_name(&self) -> &str {
        path::file_name(&self.image)
    }

    /// A process of which only the id is known.
    pub fn with_pid(pid: i64) -> Self {
        Self {
            pid: Some(pid),
            ..Self::default()
        }
    }

    /// Sets the arguments, and the command line made of them.
    pub fn set_arguments(&mut self, arguments: impl IntoIterator<Item = Text>) {
        self.arguments = arguments.into_iter().collect();
        self.command_line = Text::from(join_arguments(&self.arguments));
    }
}

/// Arguments as one command line. Those with spaces or quotes are quoted as a
/// shell would need it, so that they can be told apart again.
pub fn join_arguments<T: AsRef<str>>(arguments: &[T]) -> String {
    let mut line = String::with_capacity(arguments.iter().map(|a| a.as_ref().len() + 1).sum());
    for (index, argument) in arguments.iter().enumerate() {
        let argument = argument.as_ref();
        if index > 0 {
            line.push(' ');
        }
        let plain = !argument.is_empty()
            && !argument.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        if plain {
            line.push_str(argument);
        } else if !argument.contains('\'') {
            line.push('\'');
            line.push_str(argument);
            line.push('\'');
        } else {
            line.push('"');
            for c in argument.chars() {
                if matches!(c, '"' | '\\' | '$' | '`') {
                    line.push('\\');
                }
                line.push(c);
            }
            line.push('"');
        }
    }
    line
}
