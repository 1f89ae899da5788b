//! The contract's types and exports, generated from `wit/`. The only generated code, and the only unsafe one besides
//! the allocator: the entry points that the canonical ABI calls.

#![allow(missing_docs, unreachable_pub, unsafe_code, clippy::pedantic, clippy::all, reason = "generated from wit/")]

#[cfg(not(feature = "development"))]
wit_bindgen::generate!({
    path: "../../wit/1.0.0",
    world: "plugin",
    pub_export_macro: true,
    export_macro_name: "export_logic",
    default_bindings_module: "lockstep_sdk::bindings",
});

#[cfg(feature = "development")]
wit_bindgen::generate!({
    path: "../../wit/1.0.0",
    world: "development-plugin",
    pub_export_macro: true,
    export_macro_name: "export_logic",
    default_bindings_module: "lockstep_sdk::bindings",
});

pub use exports::lockstep::logic::logic;
pub use lockstep::logic::{schema, values};
