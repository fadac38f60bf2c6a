//! The tables of the Defender Advanced Hunting schema.

use std::{fmt, sync::LazyLock};

use serde::Deserialize;

use super::{Field, Text};

macro_rules! tables {
    ($($name:ident: $doc:literal,)*) => {
        /// A table of the Advanced Hunting schema.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Table {
            $(#[doc = $doc] $name,)*
            /// Any other table of an export; its columns are kept as they are.
            Other(Text),
        }

        impl Table {
            /// Every table with a schema of its own.
            pub const ALL: &'static [Table] = &[$(Table::$name,)*];

            /// The name in the schema.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$name => stringify!($name),)*
                    Self::Other(name) => name,
                }
            }

            /// The table named `name`.
            pub fn named(name: &str) -> Self {
                match name {
                    $(stringify!($name) => Self::$name,)*
                    other => Self::Other(Text::new(other)),
                }
            }

            fn schema_text(&self) -> &'static str {
                match self {
                    $(Self::$name => include_str!(concat!(
                        "../../../../content/schemas/defender/", stringify!($name), ".toml"
                    )),)*
                    Self::Other(_) => "",
                }
            }
        }
    };
}

tables! {
    DeviceProcessEvents: "Processes started.",
    DeviceFileEvents: "Files created, changed, renamed, deleted.",
    DeviceNetworkEvents: "Connections, requests, lookups seen on the network.",
    DeviceRegistryEvents: "Registry changes.",
    DeviceImageLoadEvents: "Libraries loaded.",
    DeviceEvents: "Everything else that happens on a device.",
    DeviceLogonEvents: "Sign-ins.",
    DeviceFileCertificateInfo: "Certificates of files.",
    DeviceInfo: "Devices.",
    DeviceNetworkInfo: "Network configuration of devices.",
    EmailEvents: "Messages.",
    EmailUrlInfo: "URLs in messages.",
    EmailAttachmentInfo: "Attachments of messages.",
    EmailPostDeliveryEvents: "Actions on delivered messages.",
    UrlClickEvents: "Clicks on links.",
}

#[derive(Deserialize)]
struct Schema {
    column: Vec<Column>,
}

#[derive(Deserialize)]
struct Column {
    name: String,
}

impl Table {
    /// The documented columns, in documented order; none for [`Table::Other`].
    pub fn fields(&self) -> &'static [Field] {
        static FIELDS: LazyLock<Vec<Vec<Field>>> = LazyLock::new(|| {
            Table::ALL
                .iter()
                .map(|table| {
                    let schema = toml::from_str::<Schema>(table.schema_text());
                    schema.map_or_else(
                        |_| Vec::new(),
                        |schema| {
                            let names = schema.column.iter();
                            names.filter_map(|c| Field::named(&c.name)).collect()
                        },
                    )
                })
                .collect()
        });
        let index = Self::ALL.iter().position(|table| table == self);
        index
            .and_then(|index| FIELDS.get(index))
            .map_or(&[], Vec::as_slice)
    }

    /// The table whose documented columns `names` fit best; `None` where they
    /// name no table's own columns.
    pub fn of_columns<'a>(names: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut known = [0_usize; Self::ALL.len()];
        let mut telling = [0_usize; Self::ALL.len()];
        for field in names.filter_map(Field::named) {
            let tables = tables_with(field);
            for (index, (known, telling)) in known.iter_mut().zip(&mut telling).enumerate() {
                if tables & (1 << index) != 0 {
                    *known += 1;
                    *telling += usize::from(tables.count_ones() == 1);
                }
            }
        }
        let mut best = None;
        for ((table, known), telling) in Self::ALL.iter().zip(known).zip(telling) {
            let score = (known, telling);
            if known >= 2 && best.is_none_or(|(other, _)| score > other) {
                best = Some((score, table));
            }
        }
        best.map(|(_, table)| table.clone())
    }

    /// The table of devices that a row with this action is of, where its columns
    /// look like `self`: exports of few columns leave out what tells them apart.
    pub(crate) fn with_action(self, action: &str) -> Self {
        if !self.name().starts_with("Device") {
            return self;
        }
        match action {
            "ProcessCreated" => Self::DeviceProcessEvents,
            "FileCreated" | "FileModified" | "FileRenamed" | "FileDeleted" => {
                Self::DeviceFileEvents
            }
            "ConnectionSuccess"
            | "ConnectionFailed"
            | "ConnectionRequest"
            | "ConnectionAttempt"
            | "InboundConnectionAccepted" => Self::DeviceNetworkEvents,
            "RegistryValueSet"
            | "RegistryKeyCreated"
            | "RegistryKeyDeleted"
            | "RegistryValueDeleted" => Self::DeviceRegistryEvents,
            "ImageLoaded" => Self::DeviceImageLoadEvents,
            "DnsQueryResponse" | "PowerShellCommand" | "FileRead" => Self::DeviceEvents,
            _ => self,
        }
    }
}

/// The tables of [`Table::ALL`] that have a column, a bit each.
fn tables_with(field: Field) -> u32 {
    static TABLES: LazyLock<Vec<u32>> = LazyLock::new(|| {
        let mut out = vec![0; Field::ALL.len()];
        for (index, table) in Table::ALL.iter().enumerate() {
            for field in table.fields() {
                if let Some(tables) = out.get_mut(*field as usize) {
                    *tables |= 1 << index;
                }
            }
        }
        out
    });
    TABLES.get(field as usize).copied().unwrap_or(0)
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_column_is_a_field() {
        for table in Table::ALL {
            let schema: Schema = toml::from_str(table.schema_text()).unwrap();
            for column in &schema.column {
                assert!(
                    Field::named(&column.name).is_some(),
                    "{table}: {}",
                    column.name
                );
            }
            assert_eq!(table.fields().len(), schema.column.len());
        }
    }

    #[test]
    fn the_columns_of_an_export_tell_its_table() {
        let of = |names: &[&str]| Table::of_columns(names.iter().copied());
        assert_eq!(
            of(&["Timestamp", "RemoteUrl", "RemoteIPType", "DeviceName"]),
            Some(Table::DeviceNetworkEvents)
        );
        assert_eq!(
            of(&["Timestamp", "FileName", "ProcessCommandLine", "AccountUpn"]),
            Some(Table::DeviceProcessEvents)
        );
        assert_eq!(
            of(&["Timestamp", "NetworkMessageId", "Url", "UrlDomain"]),
            Some(Table::EmailUrlInfo)
        );
        assert_eq!(
            of(&["Url", "IsClickedThrough", "ActionType", "AccountUpn"]),
            Some(Table::UrlClickEvents)
        );
        assert_eq!(of(&["a", "b"]), None);
        let few = Table::DeviceProcessEvents;
        assert_eq!(
            few.clone().with_action("FileRenamed"),
            Table::DeviceFileEvents
        );
        assert_eq!(few.clone().with_action("ProcessCreated"), few);
        let click = Table::UrlClickEvents;
        assert_eq!(click.clone().with_action("FileCreated"), click);
    }
}
