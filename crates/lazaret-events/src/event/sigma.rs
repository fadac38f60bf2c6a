//! Events as Sigma rules see them: log source and field names of the Sigma
//! taxonomy (<https://github.com/SigmaHQ/sigma-specification>, appendix
//! taxonomy).

use std::{borrow::Cow, sync::LazyLock};

use super::{Event, Field, Process, Scalar, Table, Value, address};

/// What a Sigma rule's `logsource` is compared with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LogSource {
    /// `windows`, `linux`, `macos`, `zeek`, `suricata`; empty where unknown.
    pub product: &'static str,
    /// All that apply (`registry_set` and `registry_event`).
    pub categories: &'static [&'static str],
    /// `sysmon`, `security`, `auditd`…; empty where none applies.
    pub service: &'static str,
}

/// Channels that Sigma has a service for, in lower case.
const SERVICES: &[(&str, &str)] = &[
    ("application", "application"),
    ("security", "security"),
    ("system", "system"),
    ("microsoft-windows-sysmon/operational", "sysmon"),
    ("microsoft-windows-powershell/operational", "powershell"),
    ("powershellcore/operational", "powershell"),
    ("windows powershell", "powershell-classic"),
    (
        "microsoft-windows-taskscheduler/operational",
        "taskscheduler",
    ),
    (
        "microsoft-windows-windows defender/operational",
        "windefend",
    ),
    ("microsoft-windows-wmi-activity/operational", "wmi"),
    ("microsoft-windows-dns-client/operational", "dns-client"),
    (
        "microsoft-windows-driverframeworks-usermode/operational",
        "driver-framework",
    ),
    ("microsoft-windows-ntlm/operational", "ntlm"),
    ("microsoft-windows-bits-client/operational", "bits-client"),
    (
        "microsoft-windows-codeintegrity/operational",
        "codeintegrity-operational",
    ),
    ("microsoft-windows-applocker/msi and script", "applocker"),
    ("microsoft-windows-applocker/exe and dll", "applocker"),
    (
        "microsoft-windows-applocker/packaged app-deployment",
        "applocker",
    ),
    (
        "microsoft-windows-applocker/packaged app-execution",
        "applocker",
    ),
    (
        "microsoft-windows-windows firewall with advanced security/firewall",
        "firewall-as",
    ),
    ("microsoft-windows-printservice/admin", "printservice-admin"),
    (
        "microsoft-windows-printservice/operational",
        "printservice-operational",
    ),
    ("microsoft-windows-smbclient/security", "smbclient-security"),
    (
        "microsoft-windows-smbclient/connectivity",
        "smbclient-connectivity",
    ),
    (
        "microsoft-windows-smbserver/connectivity",
        "smbserver-connectivity",
    ),
    (
        "microsoft-windows-terminalservices-localsessionmanager/operational",
        "terminalservices-localsessionmanager",
    ),
    (
        "microsoft-windows-appxdeploymentserver/operational",
        "appxdeployment-server",
    ),
    (
        "microsoft-windows-appmodel-runtime/admin",
        "appmodel-runtime",
    ),
    (
        "microsoft-windows-appxpackaging/operational",
        "appxpackaging-om",
    ),
    ("microsoft-windows-lsa/operational", "lsa-server"),
    ("microsoft-windows-shell-core/operational", "shell-core"),
    (
        "microsoft-windows-security-mitigations/kernelmode",
        "security-mitigations",
    ),
    (
        "microsoft-windows-security-mitigations/usermode",
        "security-mitigations",
    ),
    (
        "microsoft-windows-diagnosis-scripted/operational",
        "diagnosis-scripted",
    ),
    (
        "microsoft-windows-certificateservicesclient-lifecycle-system/operational",
        "certificateservicesclient-lifecycle-system",
    ),
    ("microsoft-windows-ldap-client/debug", "ldap"),
    ("microsoft-windows-vhdmp/operational", "vhdmp"),
    ("openssh/operational", "openssh"),
    ("microsoft-servicebus-client", "microsoft-servicebus-client"),
    ("msexchange management", "msexchange-management"),
    ("dns server", "dns-server"),
    ("microsoft-windows-dns-server/audit", "dns-server-audit"),
    ("auditd", "auditd"),
    ("zeek:conn", "conn"),
    ("zeek:dns", "dns"),
    ("zeek:http", "http"),
    ("zeek:ssl", "ssl"),
    ("zeek:dce_rpc", "dce_rpc"),
    ("zeek:kerberos", "kerberos"),
    ("zeek:rdp", "rdp"),
    ("zeek:smb_files", "smb_files"),
];

impl Event {
    /// What a rule's `logsource` is compared with.
    pub fn log_source(&self) -> LogSource {
        let product = match self.platform {
            Some(platform) => platform.name(),
            None if self.channel.starts_with("zeek:") => "zeek",
            None if self.channel.starts_with("suricata:") => "suricata",
            None => "",
        };
        LogSource {
            product,
            categories: self.sigma_categories(),
            service: service(&self.channel),
        }
    }

    fn sigma_categories(&self) -> &'static [&'static str] {
        match (&self.table, self.action_type.as_str()) {
            (Table::DeviceProcessEvents, _) => &["process_creation"],
            (Table::DeviceImageLoadEvents, _) => &["image_load"],
            (Table::DeviceFileEvents, "FileStreamCreated") => &["create_stream_hash"],
            (Table::DeviceFileEvents, "FileDeleted") => &["file_delete"],
            (Table::DeviceFileEvents, "FileRenamed") => &["file_rename"],
            (Table::DeviceFileEvents, _) => &["file_event"],
            (Table::DeviceNetworkEvents, "DnsConnectionInspected") => &["dns"],
            (Table::DeviceNetworkEvents, "HttpConnectionInspected") => &["proxy"],
            (Table::DeviceNetworkEvents, "FirewallBlocked") => &["firewall"],
            (Table::DeviceNetworkEvents, _) => &["network_connection"],
            (Table::DeviceRegistryEvents, "RegistryValueSet") => {
                &["registry_set", "registry_event"]
            }
            (Table::DeviceRegistryEvents, "RegistryKeyCreated") => {
                &["registry_add", "registry_event"]
            }
            (Table::DeviceRegistryEvents, "RegistryKeyRenamed") => {
                &["registry_rename", "registry_event"]
            }
            (Table::DeviceRegistryEvents, _) => &["registry_delete", "registry_event"],
            (Table::DeviceEvents, action) => match action {
                "DnsQueryResponse" => &["dns_query"],
                "ProcessExited" => &["process_termination"],
                "FileRead" => &["file_access"],
                "FileTimestampModified" => &["file_change"],
                "CreateRemoteThreadApiCall" => &["create_remote_thread"],
                "OpenProcessApiCall" => &["process_access"],
                "DriverLoad" => &["driver_load"],
                "NamedPipeEvent" => &["pipe_created"],
                "PowerShellCommand" => &["ps_script"],
                "PowerShellModule" => &["ps_module"],
                "PowerShellStarted" => &["ps_classic_start"],
                "PowerShellProvider" => &["ps_classic_provider_start"],
                "ScheduledTaskCreated" | "ScheduledTaskUpdated" => &["scheduled_task"],
                "ServiceInstalled" => &["service_installed"],
                "WmiEvent" => &["wmi_event"],
                "RawDiskAccess" => &["raw_access_thread"],
                "ProcessTampering" => &["process_tampering"],
                "SysmonStatus" => &["sysmon_status"],
                "SysmonError" => &["sysmon_error"],
                _ => &[],
            },
            _ => &[],
        }
    }

    /// The value of a field by the name that Sigma rules use, else by the
    /// source's own name, else by the column's.
    ///
    /// `Image`, `CommandLine` and the like are those of the process created,
    /// else of the process that acted; `ParentImage` and the like are those
    /// of its parent.
    pub fn sigma_field(&self, name: &str) -> Option<Value<'_>> {
        self.sigma_typed(name)
            .or_else(|| self.additional(name).map(Scalar::value))
            .or_else(|| self.get(Field::named(name)?))
    }

    fn sigma_typed(&self, name: &str) -> Option<Value<'_>> {
        if let Some(rest) = name.strip_prefix("Parent") {
            return process_field(self.subject_parent()?, rest);
        }
        let network = self.network.as_deref();
        let endpoints = |remote: bool| {
            // Sigma's source is this end where this end opened the connection.
            let network = network?;
            Some(if remote == network.outbound.unwrap_or(true) {
                (&network.remote_ip, network.remote_port)
            } else {
                (&network.local_ip, network.local_port)
            })
        };
        let port = |port: Option<u16>| port.map(|port| Value::Long(i64::from(port)));
        match name {
            "EventID" => self.event_id.map(|id| Value::Long(i64::from(id))),
            "Channel" => Value::of(&self.channel),
            "Provider_Name" | "ProviderName" | "Source" => Value::of(&self.provider),
            "Computer" | "ComputerName" | "Hostname" => Value::of(&self.device.name),
            "UtcTime" => self.time.map(Value::Time),
            "TargetFilename" => match self.table {
                Table::DeviceFileEvents | Table::DeviceEvents => {
                    Value::of(&self.file.as_deref()?.path)
                }
                _ => None,
            },
            "SourceFilename" => Value::of(&self.file.as_deref()?.previous_path),
            "ImageLoaded" => match (&self.table, self.action_type.as_str()) {
                (Table::DeviceImageLoadEvents, _) | (_, "DriverLoad") => {
                    Value::of(&self.file.as_deref()?.path)
                }
                _ => None,
            },
            "DestinationIp" => Value::of(endpoints(true)?.0),
            "DestinationPort" => port(endpoints(true)?.1),
            "DestinationHostname" => Value::of(&network?.remote_url),
            "SourceIp" => Value::of(endpoints(false)?.0),
            "SourcePort" => port(endpoints(false)?.1),
            "Initiated" => network?.outbound.map(Value::Bool),
            "Protocol" => Value::of(&network?.protocol),
            // Sigma's names for what proxies log.
            "c-uri" => Value::of(&network?.remote_url),
            "cs-host" | "r-dns" => Value::of(address::host(&network?.remote_url)?),
            "c-useragent" | "cs-user-agent" => self.additional("user_agent").map(Scalar::value),
            "cs-method" => self.additional("method").map(Scalar::value),
            "sc-status" => self.additional("status_code").map(Scalar::value),
            "QueryName" | "query" => Value::of(&self.dns.as_deref()?.query),
            "QueryResults" | "answer" => Value::of(&self.dns.as_deref()?.answers),
            "QueryStatus" => Value::of(&self.dns.as_deref()?.status),
            "record_type" => Value::of(&self.dns.as_deref()?.record_type),
            // Sysmon abbreviates hives, and rules count on it.
            "TargetObject" if self.additional("TargetObject").is_some() => None,
            "TargetObject" => {
                let registry = self.registry.as_deref()?;
                if registry.value_name.is_empty() {
                    return Value::of(&registry.key);
                }
                let whole = format!("{}\\{}", registry.key, registry.value_name);
                Some(Value::Text(Cow::Owned(whole)))
            }
            // Defender's own name.
            "ScriptBlockText" if self.additional(name).is_none() => {
                self.additional("Command").map(Scalar::value)
            }
            "Details" => Value::of(&self.registry.as_deref()?.value_data),
            "Hashes" if self.file.is_some() => hashes(&self.file.as_deref()?.hashes),
            "OriginalFileName" => self.version(Field::ProcessVersionInfoOriginalFileName),
            "Company" => self.version(Field::ProcessVersionInfoCompanyName),
            "Product" => self.version(Field::ProcessVersionInfoProductName),
            "Description" => self.version(Field::ProcessVersionInfoFileDescription),
            "FileVersion" => self.version(Field::ProcessVersionInfoProductVersion),
            name => process_field(self.subject()?, name),
        }
    }

    fn version(&self, field: Field) -> Option<Value<'_>> {
        let mut columns = self.columns.iter();
        columns
            .find(|(name, _)| *name == field)
            .map(|(_, v)| v.value())
    }

    /// Calls `visit` with every text of the event, for rules that look for
    /// keywords anywhere, until it says true.
    pub fn any_text(&self, visit: &mut dyn FnMut(&str) -> bool) -> bool {
        let mut process = |process: Option<&Process>| {
            process.is_some_and(|p| {
                [&p.image, &p.command_line, &p.cwd, &p.account.name, &p.guid]
                    .iter()
                    .any(|text| !text.is_empty() && visit(text))
            })
        };
        if process(self.process.as_deref()) || process(self.initiating.as_deref()) {
            return true;
        }
        let file = self.file.iter().flat_map(|f| [&f.path, &f.previous_path]);
        let network = self.network.iter();
        let network = network.flat_map(|n| [&n.remote_ip, &n.remote_url, &n.local_ip]);
        let registry = self.registry.iter();
        let registry = registry.flat_map(|r| [&r.key, &r.value_name, &r.value_data]);
        let dns = self.dns.iter().flat_map(|d| [&d.query, &d.answers]);
        let own = [&self.action_type, &self.provider, &self.channel];
        let texts = file.chain(network).chain(registry).chain(dns).chain(own);
        for text in texts {
            if !text.is_empty() && visit(text) {
                return true;
            }
        }
        let values = self.columns.iter().map(|(_, value)| value);
        values
            .chain(self.additional.iter().map(|(_, value)| value))
            .any(|value| visit(&value.value().text()))
    }
}

/// Sigma's name of a channel; empty where it has none.
fn service(channel: &str) -> &'static str {
    /// By the length of the channel's name: this is asked for every event.
    static BY_LENGTH: LazyLock<Vec<Vec<(&str, &str)>>> = LazyLock::new(|| {
        let mut out = Vec::new();
        for (channel, service) in SERVICES {
            if out.len() <= channel.len() {
                out.resize(channel.len() + 1, Vec::new());
            }
            if let Some(list) = out.get_mut(channel.len()) {
                list.push((*channel, *service));
            }
        }
        out
    });
    let mut known = BY_LENGTH.get(channel.len()).into_iter().flatten();
    let found = known.find(|(name, _)| channel.eq_ignore_ascii_case(name));
    found.map_or("", |(_, service)| service)
}

fn hashes(hashes: &super::Hashes) -> Option<Value<'_>> {
    let joined = hashes.joined();
    (!joined.is_empty()).then_some(Value::Text(Cow::Owned(joined)))
}

/// The field of a process by the name Sysmon gives it.
fn process_field<'a>(process: &'a Process, name: &str) -> Option<Value<'a>> {
    let long = |number: Option<i64>| number.map(Value::Long);
    match name {
        "Image" => Value::of(&process.image),
        "CommandLine" => Value::of(&process.command_line),
        "ProcessId" => long(process.pid),
        "ProcessGuid" => Value::of(&process.guid),
        "CurrentDirectory" => Value::of(&process.cwd),
        "User" => {
            let qualified = process.account.qualified();
            (!qualified.is_empty()).then(|| Value::Text(Cow::Owned(qualified.to_string())))
        }
        "IntegrityLevel" => Value::of(&process.integrity),
        "Hashes" => hashes(&process.hashes),
        "md5" => Value::of(&process.hashes.md5),
        "sha1" => Value::of(&process.hashes.sha1),
        "sha256" => Value::of(&process.hashes.sha256),
        "Imphash" | "imphash" => Value::of(&process.hashes.imphash),
        "LogonId" => {
            let id = process.logon_id?;
            Some(Value::Text(Cow::Owned(format!("{id:#x}"))))
        }
        "TerminalSessionId" => long(process.session),
        "Signature" => Value::of(&process.signer),
        "SignatureStatus" => Value::of(&process.signature_status),
        _ => None,
    }
}
