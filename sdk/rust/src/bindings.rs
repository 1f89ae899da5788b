//! The contract for the encoder of components, and the schema's enumerations, generated from `wit/`. The only generated
//! code; what crosses the boundary is in `contract`, as it lies in memory.

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

pub use lockstep::logic::schema;
