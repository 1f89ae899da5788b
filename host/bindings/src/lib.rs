//! The device core for other languages.
#![deny(unsafe_code)]
uniffi::setup_scaffolding!();
