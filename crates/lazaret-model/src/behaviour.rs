//! Behaviours: an action on an object, in a phase.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Start a process.
    Spawn,
    /// Open a connection or send a request or datagram.
    Connect,
    /// Look up a host name.
    Resolve,
    /// Accept connections.
    Listen,
    /// Read a file, a variable, the clipboard, the screen, the host's identity.
    Read,
    /// Create or change a file, a registry value, the clipboard.
    Write,
    /// Remove a file, a registry value.
    Delete,
    /// Bring code in as a module or native library.
    Load,
    /// Run text as code.
    Evaluate,
    /// Arrange to be started again.
    Persist,
}

/// What it is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectKind {
    /// A process; the target is its command line.
    Process,
    /// A file or folder; the target is its path.
    File,
    /// A remote endpoint; the target is its URL or `host:port`.
    Network,
    /// A host name being resolved.
    Dns,
    /// A Windows registry key or value.
    Registry,
    /// An environment variable; the target is its name, or `*` for all.
    Environment,
    /// Source text or byte code; the target is an excerpt.
    Code,
    /// A module or native library.
    Module,
    /// The clipboard.
    Clipboard,
    /// The screen or camera.
    Screen,
    /// Keyboard or mouse input.
    Keyboard,
    /// What the machine and its user are: host name, user name, addresses,
    /// locale, platform; the target says which.
    Host,
}

/// When it is done, in the life of a package. Ordered: the earlier, the less
/// the user has to do for it to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// While it is being installed or built.
    Install,
    /// When it is imported or loaded.
    Import,
    /// When its functions or programs are called.
    Run,
}

/// Where data that reaches an action came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    /// Environment variables, taken one by one.
    Environment,
    /// The whole environment.
    EnvironmentAll,
    /// Credential files: SSH, cloud, registry tokens, `.netrc`, keychains.
    Credential,
    /// Browser profiles: cookies, logins, history.
    Browser,
    /// Cryptocurrency wallets, seeds and keys.
    Wallet,
    /// Chat clients' token stores.
    Chat,
    /// Cloud instance metadata.
    CloudMetadata,
    /// The clipboard.
    Clipboard,
    /// Keystrokes.
    Keyboard,
    /// Screen or camera pictures.
    Screen,
    /// Host name, user name, addresses, platform, working folder.
    Host,
    /// Output of a process.
    Process,
    /// Any other file.
    File,
    /// Answers from the network.
    Network,
    /// Text that was decoded or decrypted.
    Decoded,
    /// An argument that the caller gives.
    Argument,
}

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// Path inside the artifact, with `/`; layers are joined with `!/`.
    pub path: String,
    /// First byte of the span in the file.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Line, from 1; 0 where there is none.
    pub line: u32,
    /// Column in characters, from 1; 0 where there is none.
    pub column: u32,
}

/// A predicted behaviour. An observed one is an event and maps to the same
/// fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaviour {
    /// What is done.
    pub action: Action,
    /// To what kind of thing.
    pub object: ObjectKind,
    /// To which: command line, path, URL, variable, excerpt. Parts that
    /// could not be computed are written as `{label}`.
    pub target: String,
    /// When.
    pub phase: Phase,
    /// What data reaches it.
    pub flows: BTreeSet<Flow>,
    /// Further facts, as `word` or `word:value` (`shell`, `hidden-window`,
    /// `detached`, `method:post`).
    pub tags: BTreeSet<String>,
    /// Decoders undone to see it, outermost first (`base64`, `zlib`).
    pub layers: Vec<String>,
    /// The interface used, by qualified name (`os.system`).
    pub api: String,
    /// Where.
    pub location: Location,
}
