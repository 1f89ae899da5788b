//! What can go wrong, by what an app can do about it.

use lockstep_device::{
    Closed, DeviceError, Fault, FolderError, HttpSettingsError, RefreshError, StoreError, UpdateError,
};

/// Something was not done; what was stored before stays as it was. Each has a sentence in English for logs; what users
/// are to read is in their language already ([`Refused`](LockstepError::Refused)) or an app's own affair.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum LockstepError {
    /// Nobody has signed in on this device yet.
    #[error("{sentence}")]
    NotSignedIn {
        /// For logs.
        sentence: String,
    },
    /// Another user's operations are not sent yet.
    #[error("{sentence}")]
    OtherUser {
        /// For logs.
        sentence: String,
        /// Whose they are.
        user: String,
        /// How many.
        waiting: u64,
    },
    /// The file is another device's.
    #[error("{sentence}")]
    OtherDevice {
        /// For logs.
        sentence: String,
        /// The file's.
        found: String,
    },
    /// There is no such workspace, page, record, action or operation here.
    #[error("{sentence}")]
    NoSuch {
        /// For logs.
        sentence: String,
        /// What was asked for.
        what: String,
        /// Its name.
        name: String,
    },
    /// A value does not fit its field.
    #[error("{sentence}")]
    WrongValue {
        /// For logs.
        sentence: String,
        /// The field.
        path: String,
    },
    /// The operation is refused; nothing was stored.
    #[error("{sentence}")]
    Refused {
        /// In the user's language.
        sentence: String,
    },
    /// The action does not store what was entered: save it first.
    #[error("{sentence}")]
    NotSaved {
        /// For logs.
        sentence: String,
    },
    /// The operation was sent, is not in the inbox, or others build on it.
    #[error("{sentence}")]
    NotPossible {
        /// For logs.
        sentence: String,
        /// The operation.
        sequence: u64,
    },
    /// The package cannot be used, or failed.
    #[error("{sentence}")]
    Package {
        /// For logs.
        sentence: String,
    },
    /// There is no room: the disk is full, or the quota is used up.
    #[error("{sentence}")]
    NoRoom {
        /// For logs.
        sentence: String,
    },
    /// A newer version of the app has written the file.
    #[error("{sentence}")]
    Newer {
        /// For logs.
        sentence: String,
    },
    /// The device's files cannot be used: damaged, another program's, another key's, or the disk fails.
    #[error("{sentence}")]
    Storage {
        /// For logs.
        sentence: String,
    },
    /// The server cannot be reached, or gives no proper answer. Later it may.
    #[error("{sentence}")]
    Server {
        /// For logs.
        sentence: String,
    },
    /// The server does not take the token: sign in again.
    #[error("{sentence}")]
    Token {
        /// For logs.
        sentence: String,
    },
    /// A setting, an address or a key is none.
    #[error("{sentence}")]
    Settings {
        /// For logs.
        sentence: String,
    },
    /// The device is closed: open it again.
    #[error("{sentence}")]
    Closed {
        /// For logs.
        sentence: String,
    },
}

pub(crate) use LockstepError as Error;

/// A setting that cannot be used.
pub(crate) fn settings(error: impl std::fmt::Display) -> Error {
    Error::Settings { sentence: error.to_string() }
}

impl From<DeviceError> for Error {
    fn from(error: DeviceError) -> Self {
        let sentence = error.to_string();
        match error {
            DeviceError::Store(error) => error.into(),
            DeviceError::OtherDevice { found, .. } => Self::OtherDevice { sentence, found },
            DeviceError::OtherUser { user, waiting } => Self::OtherUser { sentence, user, waiting },
            DeviceError::NotSignedIn => Self::NotSignedIn { sentence },
            DeviceError::NoSuch { what, name } => Self::NoSuch { sentence, what: what.to_owned(), name },
            DeviceError::Package(_) | DeviceError::Fault(_) => Self::Package { sentence },
            DeviceError::Refused(_) | DeviceError::TooLarge { .. } => Self::Refused { sentence },
            DeviceError::Value { path, .. } => Self::WrongValue { sentence, path },
            DeviceError::NotSaved { .. } => Self::NotSaved { sentence },
            DeviceError::NotInInbox { sequence }
            | DeviceError::Sent { sequence }
            | DeviceError::BuiltOn { sequence, .. } => Self::NotPossible { sentence, sequence },
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let sentence = error.to_string();
        match error {
            StoreError::Newer { .. } => Self::Newer { sentence },
            StoreError::Full | StoreError::Quota { .. } => Self::NoRoom { sentence },
            _ => Self::Storage { sentence },
        }
    }
}

impl From<RefreshError> for Error {
    fn from(error: RefreshError) -> Self {
        let sentence = error.to_string();
        match error.fault() {
            Fault::Network | Fault::Server => Self::Server { sentence },
            Fault::Token => Self::Token { sentence },
            Fault::Package => Self::Package { sentence },
            Fault::Device => Self::Storage { sentence },
        }
    }
}

impl From<UpdateError> for Error {
    fn from(error: UpdateError) -> Self {
        match error {
            UpdateError::NotSignedIn => Self::NotSignedIn { sentence: error.to_string() },
            UpdateError::Refresh(error) => error.into(),
            UpdateError::Device(error) => error.into(),
            UpdateError::Closed(error) => error.into(),
        }
    }
}

impl From<Closed> for Error {
    fn from(error: Closed) -> Self {
        Self::Closed { sentence: error.to_string() }
    }
}

impl From<FolderError> for Error {
    fn from(error: FolderError) -> Self {
        Self::Storage { sentence: error.to_string() }
    }
}

impl From<HttpSettingsError> for Error {
    fn from(error: HttpSettingsError) -> Self {
        settings(error)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Storage { sentence: error.to_string() }
    }
}
