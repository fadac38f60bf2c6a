//! Articles and feeds to indicators, techniques, severity and hunts.
