//! The other end of a connection.

use std::borrow::Cow;

use lazaret_events::event::address;
use lazaret_rule::FieldValue;

use super::View;

impl<'a> View<'a> {
    /// The host at the other end, as far as known.
    pub fn remote_host(&self) -> Option<&str> {
        let make = || self.find_host();
        self.names.host.get_or_init(make).as_deref()
    }

    fn find_host(&self) -> Option<Cow<'a, str>> {
        if let Some(dns) = self.event.dns.as_deref()
            && !dns.query.is_empty()
        {
            return Some(Cow::Borrowed(dns.query.trim_end_matches('.')));
        }
        let network = self.event.network.as_deref()?;
        if let Some(host) = address::host(&network.remote_url) {
            return Some(Cow::Owned(host.to_ascii_lowercase()));
        }
        let device = self.observed.device;
        let known = self.tracker.name_of(device, &network.remote_ip)?;
        Some(Cow::Borrowed(known.as_str()))
    }

    pub(super) fn remote_field(&self, name: &str) -> Option<FieldValue<'_>> {
        let network = self.event.network.as_deref();
        match name {
            "Host" => self.remote_host().map(FieldValue::from),
            "Ip" => {
                let ip = &network?.remote_ip;
                (!ip.is_empty()).then(|| FieldValue::from(ip.as_str()))
            }
            "Class" => self
                .places
                .class_of(self.remote_host()?)
                .map(FieldValue::from),
            "Domain" => domain_of(self.remote_host()?).map(FieldValue::from),
            "Sent" => self.bytes(["orig_bytes", "flow.bytes_toserver"]),
            "Received" => self.bytes(["resp_bytes", "flow.bytes_toclient"]),
            "Port" => Some(FieldValue::Number(f64::from(network?.remote_port?))),
            "External" => {
                let ip = network.map_or("", |n| n.remote_ip.as_str());
                if let Some(kind) = address::kind(ip) {
                    let outside = matches!(kind, "Public" | "Reserved" | "Teredo")
                        && !ip.starts_with("0.")
                        && ip != "::";
                    return Some(FieldValue::Bool(outside));
                }
                let host = self.remote_host()?;
                let local = host == "localhost"
                    || host.ends_with(".local")
                    || host.ends_with(".internal")
                    || host.ends_with(".lan")
                    || host.ends_with(".localdomain")
                    || host.ends_with(".arpa")
                    || !host.contains('.');
                Some(FieldValue::Bool(!local))
            }
            "Registry" => {
                let host = self.remote_host()?;
                Some(FieldValue::Bool(self.places.is_registry(host)))
            }
            "ByManager" => {
                let installation = self.installation()?;
                let ip = &network?.remote_ip;
                Some(FieldValue::Bool(
                    installation.manager_addresses.contains(ip),
                ))
            }
            _ => None,
        }
    }

    /// A count of bytes, by Zeek's or Suricata's name.
    fn bytes(&self, names: [&str; 2]) -> Option<FieldValue<'_>> {
        let known = names.into_iter().find_map(|n| self.event.additional(n))?;
        let number = known.value().text().parse::<f64>().ok()?;
        Some(FieldValue::Number(number))
    }
}

/// The registered domain of a host; `None` of an address or a name without one.
fn domain_of(host: &str) -> Option<&str> {
    let numeric = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    if host.contains(':') || host.rsplit('.').next().is_some_and(numeric) {
        return None;
    }
    psl::domain_str(host)
}
