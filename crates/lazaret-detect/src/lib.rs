//! Process lineage, installations and behaviour analytics over events.
