//! What can go wrong on a device, sorted by what a user can do about it.

use lockstep_model::{Refusal, ValueError};

use crate::{logic::PackageFault, store::StoreError};

/// Something was not done; what was stored before stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// The device's file cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file is another device's.
    #[error("the file is of device `{found}`, not of `{expected}`: open it under its own id, or choose another file")]
    OtherDevice {
        /// The file's.
        found: String,
        /// That of the settings.
        expected: String,
    },
    /// Another user's operations are not sent yet.
    #[error("{waiting} operations of `{user}` are not sent yet: sign in as `{user}` and synchronise first")]
    OtherUser {
        /// Whose they are.
        user: String,
        /// How many.
        waiting: u64,
    },
    /// Nobody has signed in on this device yet.
    #[error("nobody has signed in on this device yet: sign in first")]
    NotSignedIn,
    /// There is no such workspace, page, record, action or operation here.
    #[error("there is no {what} `{name}` here")]
    NoSuch {
        /// What was asked for.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The package cannot be used.
    #[error(transparent)]
    Package(#[from] PackageFault),
    /// The operation is refused; nothing was stored.
    #[error("the operation is refused")]
    Refused(Box<Refusal>),
    /// The plugin failed; nothing was stored.
    #[error("the plugin failed: {0}")]
    Fault(String),
    /// The operation could never be sent.
    #[error("the operation has {bytes} bytes, and {bytes_max} can be sent: make it smaller")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The largest that is sent.
        bytes_max: usize,
    },
    /// A value does not fit its field.
    #[error("{path}: {source}")]
    Value {
        /// The field.
        path: String,
        /// Why.
        source: ValueError,
    },
    /// The action does not store what was entered.
    #[error("`{action}` changes no fields: save what you have entered first")]
    NotSaved {
        /// The action.
        action: String,
    },
    /// The operation is not one that waits in the inbox.
    #[error("operation {sequence} is not in the inbox")]
    NotInInbox {
        /// Its sequence.
        sequence: u64,
    },
    /// The operation was sent, or may have been.
    #[error("operation {sequence} was sent already: it can no longer be changed")]
    Sent {
        /// Its sequence.
        sequence: u64,
    },
    /// Later operations build on it.
    #[error("operation {sequence} would be refused without it")]
    BuiltOn {
        /// The first that does.
        sequence: u64,
        /// Why.
        refusal: Box<Refusal>,
    },
}

impl From<rusqlite::Error> for DeviceError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

pub(crate) fn no_such(what: &'static str, name: impl Into<String>) -> DeviceError {
    DeviceError::NoSuch { what, name: name.into() }
}
