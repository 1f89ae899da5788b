//! JSON, as people write it.

#![no_main]

#[path = "../../src/entry_points/mod.rs"]
mod entry_points;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entry_points::read_json(bytes));
