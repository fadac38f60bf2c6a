//! Values of fields by name.

use std::borrow::Cow;

use super::{Account, Event, Field, Process, Scalar, Source, Text, Value, address, path};

fn long(number: Option<i64>) -> Option<Value<'static>> {
    number.map(Value::Long)
}

fn port(number: Option<u16>) -> Option<Value<'static>> {
    number.map(|number| Value::Long(i64::from(number)))
}

/// A path's value where it is more than a name.
fn folder_path(text: &str) -> Option<Value<'_>> {
    if path::has_folder(text) {
        Value::of(text)
    } else {
        None
    }
}

fn name(text: &str) -> Option<Value<'_>> {
    Value::of(path::file_name(text))
}

fn arguments(process: &Process) -> Option<Value<'_>> {
    if process.arguments.is_empty() {
        return None;
    }
    let list: Vec<&str> = process.arguments.iter().map(Text::as_str).collect();
    serde_json::to_string(&list)
        .ok()
        .map(|text| Value::Json(Cow::Owned(text)))
}

/// Ancestors above the parent, nearest first, as a JSON array of objects.
fn ancestors(process: &Process) -> Option<Value<'_>> {
    let mut next = process.parent.as_deref()?.parent.as_deref();
    let mut list = Vec::new();
    while let Some(ancestor) = next {
        let mut object = serde_json::Map::new();
        let mut put = |key: &str, value: serde_json::Value| object.insert(key.to_owned(), value);
        if let Some(pid) = ancestor.pid {
            put("ProcessId", pid.into());
        }
        for (key, text) in [
            ("UniqueId", &ancestor.guid),
            ("FolderPath", &ancestor.image),
            ("CommandLine", &ancestor.command_line),
        ] {
            if !text.is_empty() {
                put(key, text.as_str().into());
            }
        }
        list.push(serde_json::Value::Object(object));
        next = ancestor.parent.as_deref();
    }
    (!list.is_empty()).then(|| Value::Json(Cow::Owned(serde_json::Value::Array(list).to_string())))
}

impl Event {
    /// The value of a field; `None` where nothing is known.
    pub fn get(&self, field: Field) -> Option<Value<'_>> {
        use Field as F;
        let typed = match field {
            F::Timestamp => self.time.map(Value::Time),
            F::DeviceName => Value::of(&self.device.name),
            F::DeviceId => Value::of(&self.device.id),
            F::ActionType => Value::of(&self.action_type),
            F::AdditionalFields => return self.additional_json(),
            F::LazaretSource => {
                let known = !self.source.file.is_empty();
                known.then(|| Value::Text(Cow::Owned(self.source.to_string())))
            }
            F::EventID => long(self.event_id.map(i64::from)),
            F::Channel => Value::of(&self.channel),
            F::ProviderName => Value::of(&self.provider),
            F::Platform => self.platform.map(|p| Value::Text(Cow::Borrowed(p.name()))),
            F::AccountDomain => Value::of(&self.account_of_subject()?.domain),
            F::AccountName => Value::of(&self.account_of_subject()?.name),
            F::AccountSid => Value::of(&self.account_of_subject()?.sid),
            F::AccountUpn => Value::of(&self.account_of_subject()?.upn),
            F::AccountObjectId => Value::of(&self.account_of_subject()?.object_id),
            _ => self
                .get_file(field)
                .or_else(|| self.get_process(field))
                .or_else(|| self.get_initiating(field))
                .or_else(|| self.get_network(field))
                .or_else(|| self.get_registry(field)),
        };
        typed.or_else(|| {
            let mut columns = self.columns.iter();
            columns
                .find(|(name, _)| *name == field)
                .map(|(_, v)| v.value())
        })
    }

    /// The value of a column (or of a field that we keep beyond the schema) by
    /// its name.
    pub fn column(&self, name: &str) -> Option<Value<'_>> {
        match Field::named(name) {
            Some(field) => self.get(field),
            None => self.additional(name).map(Scalar::value),
        }
    }

    /// Every column that has a value: those of the table in documented order,
    /// then what an export had beyond them.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        let documented = self.table.fields();
        let more = self.columns.iter().filter_map(move |(field, value)| {
            let extra = field.documented() && !documented.contains(field);
            extra.then(|| (field.name(), value.value()))
        });
        let other = matches!(self.table, super::Table::Other(_));
        let head: &[Field] = if other { &OTHER_TABLE } else { &[] };
        head.iter()
            .chain(documented)
            .filter_map(|field| Some((field.name(), self.get(*field)?)))
            .chain(more)
    }

    fn account_of_subject(&self) -> Option<&Account> {
        match (&self.account, &self.process) {
            (Some(account), _) => Some(account),
            (None, Some(process)) => Some(&process.account),
            (None, None) => None,
        }
    }

    fn get_file(&self, field: Field) -> Option<Value<'_>> {
        use Field as F;
        let (path, hashes) = match (&self.file, &self.process) {
            (Some(file), _) => (&file.path, &file.hashes),
            (None, Some(process)) => (&process.image, &process.hashes),
            (None, None) => return None,
        };
        match field {
            F::FileName => return name(path),
            F::FolderPath => return folder_path(path),
            F::SHA256 => return Value::of(&hashes.sha256),
            F::SHA1 => return Value::of(&hashes.sha1),
            F::MD5 => return Value::of(&hashes.md5),
            _ => {}
        }
        let file = self.file.as_deref()?;
        match field {
            F::FileSize => long(file.size),
            F::FileOriginUrl => Value::of(&file.origin_url),
            F::PreviousFileName if !file.previous_path.is_empty() => name(&file.previous_path),
            F::PreviousFolderPath => folder_path(&file.previous_path),
            _ => None,
        }
    }

    fn get_process(&self, field: Field) -> Option<Value<'_>> {
        use Field as F;
        let process = self.process.as_deref()?;
        match field {
            F::ProcessId => long(process.pid),
            F::ProcessCommandLine => Value::of(&process.command_line),
            F::ProcessCreationTime => process.created.map(Value::Time),
            F::ProcessUniqueId => Value::of(&process.guid),
            F::ProcessIntegrityLevel => Value::of(&process.integrity),
            F::ProcessTokenElevation => Value::of(&process.elevation),
            F::ProcessCurrentDirectory => Value::of(&process.cwd),
            F::ProcessArguments => arguments(process),
            F::ProcessTerminal => Value::of(&process.terminal),
            F::ProcessSigner => Value::of(&process.signer),
            F::ProcessSignatureStatus => Value::of(&process.signature_status),
            F::CreatedProcessSessionId => long(process.session),
            F::LogonId => long(process.logon_id),
            _ => None,
        }
    }

    fn get_initiating(&self, field: Field) -> Option<Value<'_>> {
        use Field as F;
        let process = self.initiating.as_deref()?;
        let parent = process.parent.as_deref();
        match field {
            F::InitiatingProcessId => long(process.pid),
            F::InitiatingProcessFileName => name(&process.image),
            F::InitiatingProcessFolderPath => folder_path(&process.image),
            F::InitiatingProcessCommandLine => Value::of(&process.command_line),
            F::InitiatingProcessCreationTime => process.created.map(Value::Time),
            F::InitiatingProcessUniqueId => Value::of(&process.guid),
            F::InitiatingProcessAccountDomain => Value::of(&process.account.domain),
            F::InitiatingProcessAccountName => Value::of(&process.account.name),
            F::InitiatingProcessAccountSid => Value::of(&process.account.sid),
            F::InitiatingProcessAccountUpn => Value::of(&process.account.upn),
            F::InitiatingProcessAccountObjectId => Value::of(&process.account.object_id),
            F::InitiatingProcessSHA256 => Value::of(&process.hashes.sha256),
            F::InitiatingProcessSHA1 => Value::of(&process.hashes.sha1),
            F::InitiatingProcessMD5 => Value::of(&process.hashes.md5),
            F::InitiatingProcessIntegrityLevel => Value::of(&process.integrity),
            F::InitiatingProcessTokenElevation => Value::of(&process.elevation),
            F::InitiatingProcessSessionId => long(process.session),
            F::InitiatingProcessLogonId => long(process.logon_id),
            F::InitiatingProcessSignatureStatus => Value::of(&process.signature_status),
            F::InitiatingProcessSigner => Value::of(&process.signer),
            F::InitiatingProcessCurrentDirectory => Value::of(&process.cwd),
            F::InitiatingProcessArguments => arguments(process),
            F::InitiatingProcessTerminal => Value::of(&process.terminal),
            F::InitiatingProcessParentId => long(parent?.pid),
            F::InitiatingProcessParentFileName => name(&parent?.image),
            F::InitiatingProcessParentFolderPath => folder_path(&parent?.image),
            F::InitiatingProcessParentCreationTime => parent?.created.map(Value::Time),
            F::InitiatingProcessParentUniqueId => Value::of(&parent?.guid),
            F::InitiatingProcessParentCommandLine => Value::of(&parent?.command_line),
            F::InitiatingProcessAncestors => ancestors(process),
            _ => None,
        }
    }

    fn get_network(&self, field: Field) -> Option<Value<'_>> {
        use Field as F;
        if let Some(dns) = &self.dns {
            let text = match field {
                F::QueryName => &dns.query,
                F::QueryType => &dns.record_type,
                F::QueryResults => &dns.answers,
                F::QueryStatus => &dns.status,
                F::RemoteUrl
                    if self
                        .network
                        .as_ref()
                        .is_none_or(|n| n.remote_url.is_empty()) =>
                {
                    &dns.query
                }
                _ => "",
            };
            if let Some(value) = Value::of(text) {
                return Some(value);
            }
        }
        let network = self.network.as_deref()?;
        let kind = |text| address::kind(text).map(|kind| Value::Text(Cow::Borrowed(kind)));
        match field {
            F::RemoteIP => Value::of(&network.remote_ip),
            F::RemotePort => port(network.remote_port),
            F::RemoteUrl => Value::of(&network.remote_url),
            F::LocalIP => Value::of(&network.local_ip),
            F::LocalPort => port(network.local_port),
            F::Protocol => Value::of(&network.protocol),
            F::RemoteIPType => kind(&network.remote_ip),
            F::LocalIPType => kind(&network.local_ip),
            F::Direction => network
                .outbound
                .map(|outbound| Value::Text(Cow::Borrowed(if outbound { "Out" } else { "In" }))),
            _ => None,
        }
    }

    fn get_registry(&self, field: Field) -> Option<Value<'_>> {
        use Field as F;
        let registry = self.registry.as_deref()?;
        Value::of(match field {
            F::RegistryKey => &registry.key,
            F::RegistryValueName => &registry.value_name,
            F::RegistryValueType => &registry.value_type,
            F::RegistryValueData => &registry.value_data,
            F::PreviousRegistryKey => &registry.previous_key,
            F::PreviousRegistryValueName => &registry.previous_value_name,
            F::PreviousRegistryValueData => &registry.previous_value_data,
            _ => "",
        })
    }

    /// What the schema has no column for, as one JSON object.
    fn additional_json(&self) -> Option<Value<'_>> {
        let mut object = serde_json::Map::new();
        for field in Field::BEYOND {
            if let Some(value) = self.get(*field) {
                object.insert(field.name().to_owned(), json_value(&value));
            }
        }
        for (key, value) in self.additional.iter() {
            object.insert(key.to_string(), json_value(&value.value()));
        }
        (!object.is_empty())
            .then(|| Value::Json(Cow::Owned(serde_json::Value::Object(object).to_string())))
    }
}

/// The columns of a table that has no schema: what every event has.
const OTHER_TABLE: [Field; 5] = [
    Field::Timestamp,
    Field::DeviceName,
    Field::ActionType,
    Field::AdditionalFields,
    Field::LazaretSource,
];

/// A value as JSON: times as RFC 3339 text, kept JSON as what it is.
pub(super) fn json_value(value: &Value<'_>) -> serde_json::Value {
    match value {
        Value::Text(text) => text.as_ref().into(),
        Value::Long(number) => (*number).into(),
        Value::Real(number) => (*number).into(),
        Value::Bool(truth) => (*truth).into(),
        Value::Time(time) => time.to_string().into(),
        Value::Json(text) => serde_json::from_str(text).unwrap_or_else(|_| text.as_ref().into()),
    }
}

impl From<Source> for Value<'_> {
    fn from(source: Source) -> Self {
        Value::Text(Cow::Owned(source.to_string()))
    }
}
