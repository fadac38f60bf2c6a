//! Hunts in KQL; see `hunts.rs`.
#![no_main]

#[path = "../hunts.rs"]
mod hunts;

use lazaret_hunt::Language;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| hunts::read(Language::Kql, data));
