//! KQL and SPL over a Parquet lake of events.
