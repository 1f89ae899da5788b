//! The contract's types and calls, generated from `wit/`, and their conversions to and from the model. Nothing outside
//! the crate sees them.

pub(crate) mod describe;
pub(crate) mod lift;
pub(crate) mod lower;

pub(crate) use generated::exports::lockstep::logic::logic;
pub(crate) use generated::lockstep::logic::{schema, values};

/// The interface that a plugin exports, without its version.
pub(crate) const INTERFACE: &str = "lockstep:logic/logic";

/// The contract's latest version.
pub const WIT_VERSION: (u64, u64, u64) = (1, 0, 0);

/// What a development build may import.
pub(crate) const LOG: &str = "log";

/// As wasmtime writes it. Requests borrow, so that they are copied once: into the sandbox.
mod generated {
    wasmtime::component::bindgen!({
        path: "../../wit/1.0.0",
        world: "plugin",
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}
