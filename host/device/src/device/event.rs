//! What happens on a device, for those who show it.

use std::collections::BTreeSet;

use super::operations::OperationState;

/// Something has happened; it is stored already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Records are others now.
    Records {
        /// Whose: plugin and entity.
        entities: BTreeSet<(String, String)>,
    },
    /// An operation is in another state.
    Operation {
        /// Its sequence.
        sequence: u64,
        /// What it is now.
        state: OperationState,
    },
    /// The inbox has another number of open items.
    Inbox {
        /// How many.
        open: u64,
    },
    /// All is sent and fetched.
    InSync,
    /// Synchronising has stopped for now: the server could not be reached, or could not answer.
    Waiting {
        /// For how long, in ms.
        ms: u64,
        /// Why.
        sentence: String,
    },
    /// The server does not know the user any more.
    SignedOut,
    /// The server knows messages of this device that it does not know itself, or misses some that are forgotten here:
    /// the device needs a new id.
    StartOver,
    /// Other packages are in force.
    Packages,
}
