//! Which events a rule looks at.

use std::hash::{Hash, Hasher};

use lazaret_events::{Event, LogSource, Table};
use serde::Deserialize;

/// Sigma's `logsource`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub struct LogSourceSpec {
    /// `windows`, `linux`, `macos`…
    #[serde(default)]
    pub product: Option<String>,
    /// `process_creation`, `file_event`…
    #[serde(default)]
    pub category: Option<String>,
    /// `sysmon`, `auditd`…
    #[serde(default)]
    pub service: Option<String>,
}

/// What an event is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventSource {
    source: LogSource,
    table: Table,
    /// Whether paths are written as Windows does; where the product is unknown.
    backslashes: Option<bool>,
}

impl Hash for EventSource {
    /// Of little: it is asked for every event, and few differ.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let categories = self.source.categories.first().map_or(0, |c| c.len());
        let (product, service) = (self.source.product.len(), self.source.service.len());
        state.write_usize(categories | product << 8 | service << 16);
        std::mem::discriminant(&self.table).hash(state);
    }
}

impl EventSource {
    /// Sigma's categories of the event.
    pub(crate) fn categories(&self) -> &'static [&'static str] {
        self.source.categories
    }

    pub(crate) fn of(event: &Event) -> Self {
        let source = event.log_source();
        let backslashes = source.product.is_empty().then(|| {
            let image = event.subject().map_or("", |p| p.image.as_str());
            let file = event.file.as_deref().map_or("", |f| f.path.as_str());
            let command = event.subject().map_or("", |p| p.command_line.as_str());
            let ending = image.len().checked_sub(4).and_then(|at| image.get(at..));
            let exe = ending.is_some_and(|e| e.eq_ignore_ascii_case(".exe"));
            let windows = |p: &str| p.contains(":\\") || p.starts_with("\\\\");
            exe || windows(image) || windows(file) || windows(command) || event.registry.is_some()
        });
        Self {
            source,
            table: event.table.clone(),
            backslashes,
        }
    }
}

impl LogSourceSpec {
    /// Whether a rule for this looks at events of that source.
    pub(crate) fn fits(&self, event: &EventSource) -> bool {
        let product = self.product.as_deref().map(str::to_ascii_lowercase);
        let product_fits = match (product.as_deref(), event.source.product) {
            (None, _) => true,
            (Some("windows"), "") => event.backslashes == Some(true),
            (Some("linux" | "macos"), "") => event.backslashes == Some(false),
            (Some(wanted), product) => wanted == product,
        };
        if !product_fits {
            return false;
        }
        if let Some(service) = self.service.as_deref() {
            let channel = event.source.service.eq_ignore_ascii_case(service);
            if !channel {
                return false;
            }
        }
        match self.category.as_deref() {
            None => self.service.is_some() || self.product.is_some(),
            Some("network_or_dns") => ["network_connection", "dns_query", "dns", "proxy"]
                .iter()
                .any(|c| event.source.categories.contains(c)),
            Some("file_change") => event
                .source
                .categories
                .iter()
                .any(|c| matches!(*c, "file_event" | "file_change" | "file_rename")),
            Some("file_written") => event
                .source
                .categories
                .iter()
                .any(|c| matches!(*c, "file_event" | "file_rename")),
            Some(category) => {
                // A table's own name works as well.
                event.source.categories.contains(&category) || event.table.name() == category
            }
        }
    }
}
