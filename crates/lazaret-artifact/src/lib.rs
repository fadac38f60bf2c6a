//! Bounded reading of package archives, folders, lockfiles and registries.
