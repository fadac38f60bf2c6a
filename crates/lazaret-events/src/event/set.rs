//! Setting fields by name: how exports with the schema's own columns, and our
//! own JSON Lines, are read.

use std::{borrow::Cow, sync::Arc};

use super::{
    Account, Event, Field, Platform, Process, Scalar, Source, Table, Text, Time, address, path,
    process::lower,
};
use crate::format::Json;

fn text(value: Scalar) -> Text {
    match value {
        Scalar::Text(text) | Scalar::Json(text) => text,
        other => Text::new(other.value().text()),
    }
}

fn number(value: &Scalar) -> Option<i64> {
    match value {
        Scalar::Long(number) => Some(*number),
        Scalar::Real(number) if number.fract() == 0.0 => Some(*number as i64),
        Scalar::Text(text) => {
            let text = text.trim();
            match text.strip_prefix("0x") {
                Some(hex) => i64::from_str_radix(hex, 16).ok(),
                None => text.parse().ok(),
            }
        }
        _ => None,
    }
}

fn port(value: &Scalar) -> Option<u16> {
    number(value).and_then(|number| u16::try_from(number).ok())
}

fn time(value: &Scalar) -> Option<Time> {
    match value {
        Scalar::Time(time) => Some(*time),
        Scalar::Text(text) => crate::format::time::parse(text),
        _ => None,
    }
}

/// Puts a file's name into `slot`, which may already hold its folder or path.
fn put_name(slot: &mut Text, name: Text) {
    if slot.is_empty() {
        *slot = name;
    } else if !path::file_name(slot).eq_ignore_ascii_case(&name) {
        *slot = Text::from(path::join(slot, &name));
    }
}

/// Puts a folder or whole path into `slot`, which may already hold the name.
fn put_folder(slot: &mut Text, folder: Text) {
    let whole = || path::file_name(&folder).eq_ignore_ascii_case(slot);
    if slot.is_empty() || path::has_folder(slot) || whole() {
        *slot = folder;
    } else if !folder.is_empty() {
        *slot = Text::from(path::join(&folder, slot));
    }
}

impl Event {
    /// Sets a field. Values that cannot be what the field holds (a word as a
    /// port) are kept as they are among the further columns.
    pub fn set(&mut self, field: Field, value: Scalar) {
        if matches!(&value, Scalar::Text(text) if text.is_empty()) {
            return;
        }
        if let Some(value) = self.set_typed(field, value) {
            self.columns.push((field, value));
        }
    }

    /// Sets a field to what a JSON member holds; `null` is nothing.
    pub(crate) fn set_json(&mut self, field: Field, value: &Json<'_>) {
        match (field, value) {
            (Field::AdditionalFields, Json::Object(members)) => self.set_members(members),
            (Field::AdditionalFields, Json::Text(text)) => self.set_additional(text),
            (Field::ProcessArguments, Json::List(list)) => {
                self.process_mut().arguments = list.iter().map(Json::text).collect();
            }
            (Field::InitiatingProcessArguments, Json::List(list)) => {
                self.initiating_mut().arguments = list.iter().map(Json::text).collect();
            }
            (Field::InitiatingProcessAncestors, Json::List(list)) => {
                own(&mut self.initiating_mut().parent).parent = ancestors(list);
            }
            _ => {
                if let Some(scalar) = value.scalar() {
                    self.set(field, scalar);
                }
            }
        }
    }

    /// Whether file columns tell of a process: that depends on the table.
    fn is_of_process(&self) -> bool {
        self.table == Table::DeviceProcessEvents
            || (self.table == Table::DeviceEvents && self.action_type.starts_with("Process"))
    }

    /// The path that the file columns are about.
    pub(crate) fn path_mut(&mut self) -> &mut Text {
        if self.is_of_process() {
            &mut self.process_mut().image
        } else {
            &mut self.file_mut().path
        }
    }

    /// Puts `value` into its typed part; gives it back where there is none.
    fn set_typed(&mut self, field: Field, value: Scalar) -> Option<Scalar> {
        use Field as F;
        let of_process = self.is_of_process();
        let process_account = of_process && self.account.is_none();
        match field {
            F::Timestamp => match time(&value) {
                Some(time) => self.time = Some(time),
                None => return Some(value),
            },
            F::DeviceName => self.device.name = text(value),
            F::DeviceId => self.device.id = text(value),
            F::ActionType => self.action_type = text(value),
            F::LazaretSource => self.source = Source::parse(&text(value)),
            F::AdditionalFields => self.set_additional(&text(value)),
            F::EventID => match number(&value).and_then(|n| u32::try_from(n).ok()) {
                Some(id) => self.event_id = Some(id),
                None => return Some(value),
            },
            F::Channel => self.channel = text(value),
            F::ProviderName => self.provider = text(value),
            F::Platform => match Platform::named(&text(value.clone())) {
                Some(platform) => self.platform = Some(platform),
                None => return Some(value),
            },
            F::AccountDomain
            | F::AccountName
            | F::AccountSid
            | F::AccountUpn
            | F::AccountObjectId => {
                let account = if process_account {
                    &mut self.process_mut().account
                } else {
                    self.account_mut()
                };
                set_account(account, field, text(value));
            }
            F::FileName | F::FolderPath => {
                let slot = self.path_mut();
                if field == F::FileName {
                    put_name(slot, text(value));
                } else {
                    put_folder(slot, text(value));
                }
            }
            F::SHA256 | F::SHA1 | F::MD5 => {
                let hashes = if of_process {
                    &mut self.process_mut().hashes
                } else {
                    &mut self.file_mut().hashes
                };
                let slot = match field {
                    F::SHA256 => &mut hashes.sha256,
                    F::SHA1 => &mut hashes.sha1,
                    _ => &mut hashes.md5,
                };
                *slot = lower(&text(value));
            }
            F::FileSize if !of_process => match number(&value) {
                Some(size) => self.file_mut().size = Some(size),
                None => return Some(value),
            },
            F::FileOriginUrl => self.file_mut().origin_url = text(value),
            F::PreviousFileName => put_name(&mut self.file_mut().previous_path, text(value)),
            F::PreviousFolderPath => put_folder(&mut self.file_mut().previous_path, text(value)),
            _ => return self.set_process(field, value),
        }
        None
    }

    fn set_process(&mut self, field: Field, value: Scalar) -> Option<Scalar> {
        use Field as F;
        match field {
            F::ProcessId => match number(&value) {
                Some(pid) => self.process_mut().pid = Some(pid),
                None => return Some(value),
            },
            F::ProcessCommandLine => self.process_mut().command_line = text(value),
            F::ProcessCreationTime => match time(&value) {
                Some(time) => self.process_mut().created = Some(time),
                None => return Some(value),
            },
            F::ProcessUniqueId => self.process_mut().guid = text(value),
            F::ProcessIntegrityLevel => self.process_mut().integrity = text(value),
            F::ProcessTokenElevation => self.process_mut().elevation = text(value),
            F::ProcessCurrentDirectory => self.process_mut().cwd = text(value),
            F::ProcessArguments => set_arguments(self.process_mut(), &text(value)),
            F::ProcessTerminal => self.process_mut().terminal = text(value),
            F::ProcessSigner => self.process_mut().signer = text(value),
            F::ProcessSignatureStatus => self.process_mut().signature_status = text(value),
            F::CreatedProcessSessionId => match number(&value) {
                Some(session) => self.process_mut().session = Some(session),
                None => return Some(value),
            },
            F::LogonId if self.table != Table::DeviceLogonEvents => match number(&value) {
                Some(id) => self.process_mut().logon_id = Some(id),
                None => return Some(value),
            },
            _ => return self.set_initiating(field, value),
        }
        None
    }

    fn set_initiating(&mut self, field: Field, value: Scalar) -> Option<Scalar> {
        use Field as F;
        if !field.name().starts_with("InitiatingProcess") {
            return self.set_network(field, value);
        }
        let mut known = true;
        let process = own(&mut self.initiating);
        match field {
            F::InitiatingProcessId => process.pid = number(&value),
            F::InitiatingProcessFileName => put_name(&mut process.image, text(value)),
            F::InitiatingProcessFolderPath => put_folder(&mut process.image, text(value)),
            F::InitiatingProcessCommandLine => process.command_line = text(value),
            F::InitiatingProcessCreationTime => process.created = time(&value),
            F::InitiatingProcessUniqueId => process.guid = text(value),
            F::InitiatingProcessAccountDomain => process.account.domain = text(value),
            F::InitiatingProcessAccountName => process.account.name = text(value),
            F::InitiatingProcessAccountSid => process.account.sid = text(value),
            F::InitiatingProcessAccountUpn => process.account.upn = text(value),
            F::InitiatingProcessAccountObjectId => process.account.object_id = text(value),
            F::InitiatingProcessSHA256 => process.hashes.sha256 = lower(&text(value)),
            F::InitiatingProcessSHA1 => process.hashes.sha1 = lower(&text(value)),
            F::InitiatingProcessMD5 => process.hashes.md5 = lower(&text(value)),
            F::InitiatingProcessIntegrityLevel => process.integrity = text(value),
            F::InitiatingProcessTokenElevation => process.elevation = text(value),
            F::InitiatingProcessSessionId => process.session = number(&value),
            F::InitiatingProcessLogonId => process.logon_id = number(&value),
            F::InitiatingProcessSignatureStatus => process.signature_status = text(value),
            F::InitiatingProcessSigner => process.signer = text(value),
            F::InitiatingProcessCurrentDirectory => process.cwd = text(value),
            F::InitiatingProcessArguments => set_arguments(process, &text(value)),
            F::InitiatingProcessTerminal => process.terminal = text(value),
            _ => {
                let parent = own(&mut process.parent);
                match field {
                    F::InitiatingProcessParentId => parent.pid = number(&value),
                    F::InitiatingProcessParentFileName => put_name(&mut parent.image, text(value)),
                    F::InitiatingProcessParentFolderPath => {
                        put_folder(&mut parent.image, text(value));
                    }
                    F::InitiatingProcessParentCreationTime => parent.created = time(&value),
                    F::InitiatingProcessParentUniqueId => parent.guid = text(value),
                    F::InitiatingProcessParentCommandLine => parent.command_line = text(value),
                    F::InitiatingProcessAncestors => {
                        let whole = text(value);
                        let json = Json::parse(whole.as_bytes());
                        parent.parent = json.ok().and_then(|json| ancestors(json.list()));
                    }
                    _ => {
                        if *parent == Process::default() {
                            process.parent = None;
                        }
                        known = false;
                        self.columns.push((field, value));
                    }
                }
            }
        }
        if !known && self.initiating.as_deref() == Some(&Process::default()) {
            self.initiating = None;
        }
        None
    }

    fn set_network(&mut self, field: Field, value: Scalar) -> Option<Scalar> {
        use Field as F;
        match field {
            F::RemoteIP => self.network_mut().remote_ip = text(value),
            F::RemotePort => match port(&value) {
                Some(port) => self.network_mut().remote_port = Some(port),
                None => return Some(value),
            },
            F::RemoteUrl => self.network_mut().remote_url = text(value),
            F::LocalIP => self.network_mut().local_ip = text(value),
            F::LocalPort => match port(&value) {
                Some(port) => self.network_mut().local_port = Some(port),
                None => return Some(value),
            },
            F::Protocol => self.network_mut().protocol = text(value),
            // Computed from the address, unless that is not there.
            F::RemoteIPType | F::LocalIPType => {
                let network = self.network.as_deref();
                let address = network.map_or("", |network| match field {
                    F::RemoteIPType => &network.remote_ip,
                    _ => &network.local_ip,
                });
                let told = self.columns.iter().any(|(known, _)| *known == field);
                if address::kind(address).is_none() && !told {
                    return Some(value);
                }
            }
            F::Direction => self.network_mut().outbound = Some(text(value) == "Out"),
            F::QueryName => self.dns_mut().query = text(value),
            F::QueryType => self.dns_mut().record_type = text(value),
            F::QueryResults => self.dns_mut().answers = text(value),
            F::QueryStatus => self.dns_mut().status = text(value),
            F::RegistryKey => self.registry_mut().key = text(value),
            F::RegistryValueName => self.registry_mut().value_name = text(value),
            F::RegistryValueType => self.registry_mut().value_type = text(value),
            F::RegistryValueData => self.registry_mut().value_data = text(value),
            F::PreviousRegistryKey => self.registry_mut().previous_key = text(value),
            F::PreviousRegistryValueName => self.registry_mut().previous_value_name = text(value),
            F::PreviousRegistryValueData => self.registry_mut().previous_value_data = text(value),
            _ => return Some(value),
        }
        None
    }

    /// Takes the members of an `AdditionalFields` object apart.
    fn set_additional(&mut self, whole: &str) {
        match Json::parse(whole.as_bytes()) {
            Ok(Json::Object(members)) => self.set_members(&members),
            _ => self.add("AdditionalFields", whole),
        }
    }

    fn set_members(&mut self, members: &[(Cow<'_, str>, Json<'_>)]) {
        for (key, member) in members {
            self.set_member(key, member);
        }
    }

    /// Takes one member of an `AdditionalFields` object.
    pub(crate) fn set_member(&mut self, key: &str, member: &Json<'_>) {
        if let Some(field) = Field::named(key).filter(|field| !field.documented()) {
            return self.set_json(field, member);
        }
        let Some(scalar) = member.scalar() else {
            return;
        };
        // Defender's own names of a lookup; they stay where hunts look for them.
        match key {
            "DnsQueryString" if self.dns.is_none() => {
                self.dns_mut().query = text(scalar.clone());
            }
            "DnsQueryResult" => self.dns_mut().answers = answers(&text(scalar.clone())),
            "query" if self.action_type.starts_with("Dns") && self.dns.is_none() => {
                self.dns_mut().query = text(scalar.clone());
            }
            _ => {}
        }
        self.additional.push((Text::new(key), scalar));
    }
}

/// The addresses and names in Defender's `[{"DnsQueryType": "A", "Result": "…"}]`.
fn answers(json: &str) -> Text {
    let json = Json::parse(json.as_bytes()).unwrap_or(Json::Null);
    let results = json.list().iter().filter_map(|each| each.get("Result"));
    let texts: Vec<&str> = results
        .filter(|result| matches!(result, Json::Text(_)))
        .map(Json::str)
        .collect();
    Text::from(texts.join(";"))
}

fn set_account(account: &mut Account, field: Field, value: Text) {
    match field {
        Field::AccountDomain => account.domain = value,
        Field::AccountName => account.name = value,
        Field::AccountSid => account.sid = value,
        Field::AccountUpn => account.upn = value,
        _ => account.object_id = value,
    }
}

fn set_arguments(process: &mut Process, json: &str) {
    if let Ok(list) = serde_json::from_str::<Vec<String>>(json) {
        process.arguments = list.into_iter().map(Text::from).collect();
    }
}

/// The process in a slot, made when it is not there; no other event sees what
/// becomes of it.
fn own(slot: &mut Option<Arc<Process>>) -> &mut Process {
    Arc::make_mut(slot.get_or_insert_default())
}

/// Ancestors above the parent, nearest first.
fn ancestors(list: &[Json<'_>]) -> Option<Arc<Process>> {
    list.iter().take(64).rev().fold(None, |parent, object| {
        let get = |key| object.get(key).map_or("", Json::str).into();
        Some(Arc::new(Process {
            pid: object.get("ProcessId").and_then(Json::int),
            guid: get("UniqueId"),
            image: get("FolderPath"),
            command_line: get("CommandLine"),
            parent,
            ..Process::default()
        }))
    })
}
