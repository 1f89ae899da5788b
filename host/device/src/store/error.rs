//! Why the device's file cannot be used.

use lockstep_model::{ShapeError, canonical::CanonicalError};
use rusqlite::ErrorCode;

/// The device's file cannot be read or written. What was stored before stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer version of the program has written it.
    #[error(
        "the device's file has version {found}, and this program knows {known} at most: it was written by a newer one; \
         update the program"
    )]
    Newer {
        /// The file's version.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
    /// It is another program's file, or encrypted.
    #[error("the file is not one of a Lockstep device, or it is encrypted: choose another name, or give its key")]
    NotOurs,
    /// It is encrypted with another key, or not at all.
    #[error("the device's file cannot be opened with this key: give the one that it was made with")]
    WrongKey,
    /// The disk is full, or the file is as large as it may become.
    #[error(
        "the disk is full, or the device's file has all the room that it is allowed; nothing was stored: free some \
         space, or allow more, and try again"
    )]
    Full,
    /// The device has used what it was allowed.
    #[error("{used} bytes are in use and {quota} are allowed; nothing was stored: synchronise, or allow more")]
    Quota {
        /// Bytes in use, with what was to be stored.
        used: u64,
        /// Bytes allowed.
        quota: u64,
    },
    /// Another program is writing it.
    #[error("another program is using the device's file: close it and try again")]
    Busy,
    /// Something in it is not what was written.
    #[error("the device's file is damaged: {0}")]
    Damaged(String),
    /// The disk or the file system fails.
    #[error("the device's file cannot be used: {0}")]
    Failed(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::NotADatabase) => Self::NotOurs,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<CanonicalError> for StoreError {
    fn from(error: CanonicalError) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// What is kept does not fit the package for which it is kept: it is not a device's fault, and shows as absent rows.
impl From<ShapeError> for StoreError {
    fn from(error: ShapeError) -> Self {
        Self::Damaged(error.to_string())
    }
}
