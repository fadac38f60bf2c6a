//! Predicates over named fields, the same for predicted and observed behaviours.
