//! Canonical bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entry_points::decode_canonical(bytes));
