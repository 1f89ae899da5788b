//! What happens on a device, for those who show it.

use std::sync::mpsc::Receiver;

use lockstep_device as core;

/// Where an operation is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum OperationState {
    /// It is stored here and was never sent: it can still be changed.
    Pending,
    /// It was sent, and the server has not decided.
    Sent,
    /// The server's records have it as it was.
    Accepted,
    /// The server's records have it, with another outcome than here.
    Rebased,
    /// The server refuses it.
    Rejected,
    /// The server keeps it until something else is decided.
    Parked,
}

impl From<core::OperationState> for OperationState {
    fn from(state: core::OperationState) -> Self {
        match state {
            core::OperationState::Pending => Self::Pending,
            core::OperationState::Sent => Self::Sent,
            core::OperationState::Accepted => Self::Accepted,
            core::OperationState::Rebased => Self::Rebased,
            core::OperationState::Rejected => Self::Rejected,
            core::OperationState::Parked => Self::Parked,
        }
    }
}

/// Records of an entity.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct EntityName {
    /// The workspace to which it belongs.
    pub workspace: String,
    /// Its name.
    pub entity: String,
}

/// Something has happened; it is stored already.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Event {
    /// Records are others now.
    Records {
        /// Whose.
        entities: Vec<EntityName>,
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
    /// Synchronising has stopped for now.
    Waiting {
        /// For how long, in ms.
        ms: u64,
        /// Why, for logs.
        sentence: String,
    },
    /// The server does not know the user any more.
    SignedOut,
    /// The device needs a new id.
    StartOver,
    /// Other packages are in force.
    Packages,
}

impl From<core::Event> for Event {
    fn from(event: core::Event) -> Self {
        match event {
            core::Event::Records { entities } => {
                let entities = entities.into_iter().map(|(workspace, entity)| EntityName { workspace, entity });
                Self::Records { entities: entities.collect() }
            }
            core::Event::Operation { sequence, state } => Self::Operation { sequence, state: state.into() },
            core::Event::Inbox { open } => Self::Inbox { open },
            core::Event::InSync => Self::InSync,
            core::Event::Waiting { ms, sentence } => Self::Waiting { ms, sentence },
            core::Event::SignedOut => Self::SignedOut,
            core::Event::StartOver => Self::StartOver,
            core::Event::Packages => Self::Packages,
        }
    }
}

/// Hears what happens. It is called on a thread of its own, one event after the other; what takes long delays the next.
#[uniffi::export(with_foreign)]
pub trait Listener: Send + Sync {
    /// Something has happened.
    fn on_event(&self, event: Event);
}

/// Tells all events until the device is closed.
pub(crate) fn tell(events: &Receiver<core::Event>, listener: &dyn Listener) {
    while let Ok(event) = events.recv() {
        listener.on_event(event.into());
    }
}
