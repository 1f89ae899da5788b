//! JSON, as people write it.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entry_points::read_json(bytes));
