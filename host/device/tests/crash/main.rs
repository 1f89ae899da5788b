//! Every write and sync of a device's file is interrupted once: by an error, by a power cut, by a full disk. Whatever
//! happened, the file opens, holds all of an operation or nothing of it, and drains at the next synchronisation.

mod disk;
mod kit;
mod ledger;
mod points;
mod scenarios;
mod vfs;

/// What the server in memory names by its path in the library.
mod exchange {
    pub(crate) use lockstep_device::Exchange;
}
mod transport {
    pub(crate) use lockstep_device::{Token, TransportError};
}
#[path = "../../../sync/tests/sync/plugin.rs"]
mod plugin;
#[path = "../../src/device/tests/server.rs"]
#[expect(dead_code, reason = "not all of it is of use here")]
mod server;
#[path = "../../../sync/tests/sync/world.rs"]
#[expect(dead_code, reason = "not all of it is of use here")]
mod world;
