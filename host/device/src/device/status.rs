//! Whether the device is in sync, since when, and what is waiting.

use lockstep_model::Timestamp;

use super::{Device, Result};
use crate::store::{inbox, messages, meta, staging};

/// How the device stands with its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncStatus {
    /// When all was last sent and fetched; none: never.
    pub in_sync_at: Option<Timestamp>,
    /// Messages that the server is not known to have.
    pub waiting: u64,
    /// Operations that the server has and has not decided.
    pub undecided: u64,
    /// Operations that the server keeps until something else is decided.
    pub parked: u64,
    /// Operations that would be refused on what the device knows now.
    pub doubtful: u64,
    /// Rejected operations that the user has yet to see to.
    pub inbox: u64,
    /// A part of the server's changes is here, and waits for the rest.
    pub is_fetching: bool,
    /// There is a token that the server has not refused.
    pub is_signed_in: bool,
    /// Why synchronising last stopped; none: it went well.
    pub trouble: Option<String>,
    /// Bytes of the file in use.
    pub used_bytes: u64,
    /// Bytes that it may use.
    pub quota_bytes: u64,
}

impl SyncStatus {
    /// Whether all that was made here has been sent and decided, and all that the server had then was fetched.
    pub fn is_in_sync(&self) -> bool {
        self.in_sync_at.is_some() && self.trouble.is_none() && self.waiting == 0 && self.undecided == 0
    }
}

impl Device {
    /// How the device stands with its server.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn status(&self) -> Result<SyncStatus> {
        let connection = self.store.connection();
        let counts = messages::counts(connection, meta::number(connection, meta::TAKEN)?)?;
        let at = meta::number(connection, meta::IN_SYNC_AT)?;
        Ok(SyncStatus {
            in_sync_at: (at > 0).then_some(Timestamp(at as i64)),
            waiting: counts.waiting,
            undecided: counts.undecided,
            parked: counts.parked,
            doubtful: counts.doubtful,
            inbox: inbox::count(connection)?,
            is_fetching: !staging::is_empty(connection)?,
            is_signed_in: self.token.is_some(),
            trouble: self.trouble.clone(),
            used_bytes: self.store.used()?,
            quota_bytes: self.store.quota(),
        })
    }
}
