//! What the mirror keeps, and how it is got at: records, rows, views, messages with their verdicts.
//!
//! A [`Store`] gives [`Transaction`]s: snapshots to read from, and changes, of which one goes on at a time for each
//! scope that it writes to. All methods take many things at once, so that a batch of operations is a few queries. They
//! block.

mod content;
mod operation;
pub mod postgres;
mod reach;
mod shape;
pub mod sqlite;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use lockstep_model::{Record, RecordId, Timestamp, Value, Verdict, canonical::CanonicalError, exchange::RowId};

use content::{decode_content, decode_values_of, within_prefix};
pub use operation::{DeviceState, Instead, OperationFilter, Settled, StoredOperation};
pub use reach::{Beyond, Follower, Moved, Reach};
pub use shape::{
    Changed, Numbered, RecordVersion, RecordViews, RecordWrite, RowQuery, StoredRecord, TableKind, ViewWrite, What,
};

/// A row's present values by field name.
pub type Values = BTreeMap<String, Value>;

/// Why the store does not do what it is asked for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Others are in the way, or the connection is gone: nothing has changed, and the same can be asked again.
    #[error("the store is busy: {0}; try again")]
    Busy(String),
    /// The change is about more than was said. Nothing has changed, and it can be asked for with that.
    #[error("the change is about {0} too")]
    Beyond(Beyond),
    /// It cannot read or write.
    #[error("the store failed: {0}; see that it can read and write, has space left, and is what it was")]
    Failed(String),
    /// It was written by a later version.
    #[error(
        "the mirror was written by a newer server (its schema is {found}, this server knows {known}): update the \
         server"
    )]
    Newer {
        /// Its version.
        found: usize,
        /// The latest that is known here.
        known: usize,
    },
    /// It is another environment's.
    #[error("the database is the mirror of another environment, of the key {0}: name a database of this one's own")]
    Another(String),
    /// What it holds is not what was written.
    #[error("the store is damaged: {what}: {why}; restore it from a backup")]
    Damaged {
        /// A record, a row, a message.
        what: String,
        /// Why.
        why: String,
    },
}

impl StoreError {
    pub(crate) fn damaged(what: &impl std::fmt::Display, why: &CanonicalError) -> Self {
        Self::Damaged { what: what.to_string(), why: why.to_string() }
    }
}

type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Keeps what the mirror knows.
pub trait Store: Send + Sync {
    /// With which cookies are made. It never changes.
    fn secret(&self) -> [u8; 32];

    /// A snapshot: what others write meanwhile is not in it.
    ///
    /// # Errors
    /// When there is none to be had.
    fn snapshot(&self) -> Result<Box<dyn Transaction + '_>>;

    /// A change, and the only one of what it is about for as long as it lasts. What is not committed has not happened.
    ///
    /// # Errors
    /// When there is none to be had.
    fn change(&self, reach: &Reach) -> Result<Box<dyn Transaction + '_>>;

    /// Tells from now on what other servers with this store change; one that is a single server's has none.
    fn follow(&self, _follower: Arc<dyn Follower>) {}
}

/// Records.
pub trait Records {
    /// The records with these ids, those that there are or were.
    ///
    /// # Errors
    /// When they cannot be read.
    fn records(&self, ids: &BTreeSet<RecordId>) -> Result<BTreeMap<RecordId, StoredRecord>>;

    /// All records of an entity that are there, in the order of their keys; of these companies, if some are named.
    ///
    /// # Errors
    /// When they cannot be read.
    fn records_of(&self, plugin: &str, entity: &str, companies: Option<&[&str]>) -> Result<Vec<(String, Record)>>;

    /// Writes records and their versions, each under the next sequence of its company's scope.
    ///
    /// # Errors
    /// When they cannot be written.
    fn put_records(&self, writes: &[RecordWrite<'_>], at: Timestamp) -> Result<()>;

    /// Versions of a company's records after a sequence, at most so many.
    ///
    /// # Errors
    /// When they cannot be read.
    fn versions(&self, company: &str, after: u64, limit: usize) -> Result<Vec<RecordVersion>>;

    /// The last number that was given of a sequence of numbers; 0: none was.
    ///
    /// # Errors
    /// When it cannot be read.
    fn last_number(&self, of: &Numbered) -> Result<i64>;

    /// Notes the last numbers that were given.
    ///
    /// # Errors
    /// When they cannot be written.
    fn put_last_numbers(&self, numbers: &BTreeMap<Numbered, i64>) -> Result<()>;
}

/// Rows of tables.
pub trait Rows {
    /// What each query finds, in key order.
    ///
    /// # Errors
    /// When they cannot be read.
    fn rows(&self, kind: TableKind, queries: &[RowQuery]) -> Result<Vec<Vec<Values>>>;

    /// The fed tables of a plugin that are here.
    ///
    /// # Errors
    /// When they cannot be read.
    fn tables_here(&self, plugin: &str) -> Result<BTreeSet<String>>;

    /// Writes rows, each under the next sequence of its company's scope; those without values are gone.
    ///
    /// # Errors
    /// When they cannot be written.
    fn put_rows(&self, rows: &[(RowId, Option<Values>)]) -> Result<()>;

    /// All rows of a fed table.
    ///
    /// # Errors
    /// When they cannot be read.
    fn fed_rows(&self, plugin: &str, table: &str) -> Result<Vec<(RowId, Values)>>;

    /// Notes that a fed table is here, or not, under the next sequence of the shared scope.
    ///
    /// # Errors
    /// When it cannot be written.
    fn put_table(&self, plugin: &str, table: &str, is_here: bool) -> Result<()>;

    /// The views of a plugin that are kept, with the digests of their definitions.
    ///
    /// # Errors
    /// When they cannot be read.
    fn views(&self, plugin: &str) -> Result<BTreeMap<String, [u8; 32]>>;

    /// Keeps a view of this definition from now on, without rows; none: no longer.
    ///
    /// # Errors
    /// When it cannot be written.
    fn put_view(&self, plugin: &str, view: &str, definition: Option<[u8; 32]>) -> Result<()>;

    /// The rows that records have in views are these now.
    ///
    /// # Errors
    /// When they cannot be written.
    fn put_view_rows(&self, records: &[RecordViews<'_>]) -> Result<()>;
}

/// Messages and their verdicts.
pub trait Operations {
    /// How far a device has come.
    ///
    /// # Errors
    /// When it cannot be read.
    fn device(&self, device: &str) -> Result<DeviceState>;

    /// Notes how far a device has come.
    ///
    /// # Errors
    /// When it cannot be written.
    fn put_device(&self, device: &str, state: DeviceState) -> Result<()>;

    /// The messages of a device with these sequences, in order, those that there are.
    ///
    /// # Errors
    /// When they cannot be read.
    fn operations(&self, device: &str, sequences: &BTreeSet<u64>) -> Result<Vec<StoredOperation>>;

    /// The messages that stand for one of these, in order.
    ///
    /// # Errors
    /// When they cannot be read.
    fn instead_of(&self, device: &str, sequences: &BTreeSet<u64>) -> Result<Vec<Instead>>;

    /// The operations of a device that are parked because of another, in order.
    ///
    /// # Errors
    /// When they cannot be read.
    fn waiting(&self, device: &str) -> Result<Vec<StoredOperation>>;

    /// Operations that a filter wants, the last received first, at most so many.
    ///
    /// # Errors
    /// When they cannot be read.
    fn list(&self, filter: &OperationFilter<'_>, limit: usize) -> Result<Vec<StoredOperation>>;

    /// How many messages have each verdict, by its name.
    ///
    /// # Errors
    /// When they cannot be counted.
    fn counts(&self) -> Result<BTreeMap<String, u64>>;

    /// Keeps messages with their verdicts.
    ///
    /// # Errors
    /// When they cannot be written.
    fn put_operations(&self, operations: &[StoredOperation]) -> Result<()>;

    /// Keeps the verdict that a message has now, which its device had been given another for; `told` is the device's
    /// count of such changes.
    ///
    /// # Errors
    /// When it cannot be written.
    fn change_verdict(&self, operation: &StoredOperation, told: u64) -> Result<()>;
}

/// One transaction.
pub trait Transaction: Records + Rows + Operations {
    /// The epoch: a server that was restored from an old copy gets another.
    ///
    /// # Errors
    /// When it cannot be read.
    fn epoch(&self) -> Result<[u8; 16]>;

    /// Begins another epoch.
    ///
    /// # Errors
    /// When it cannot be written.
    fn put_epoch(&self, epoch: [u8; 16]) -> Result<()>;

    /// The scopes that there are, with their last sequences.
    ///
    /// # Errors
    /// When they cannot be read.
    fn scopes(&self) -> Result<BTreeMap<String, u64>>;

    /// What has changed in a scope after a sequence, at most so much, in order; each thing once, as it is now.
    ///
    /// # Errors
    /// When it cannot be read.
    fn changed(&self, scope: &str, after: u64, limit: usize) -> Result<Vec<Changed>>;

    /// Verdicts of a device that changed after this count, in order: the count, the operation's sequence, the verdict.
    ///
    /// # Errors
    /// When they cannot be read.
    fn verdicts_changed(&self, device: &str, after: u64, limit: usize) -> Result<Vec<(u64, u64, Verdict)>>;

    /// Says that a change is about this company too; on a snapshot it says nothing.
    ///
    /// # Errors
    /// [`StoreError::Beyond`]: it was not said before.
    fn enter(&self, _company: &str) -> Result<()> {
        Ok(())
    }

    /// What those who follow are told when it is committed.
    ///
    /// # Errors
    /// When it cannot be noted.
    fn tell(&self, _moved: &Moved) -> Result<()> {
        Ok(())
    }

    /// Makes it all so.
    ///
    /// # Errors
    /// When it cannot be made so; nothing has changed then.
    fn commit(self: Box<Self>) -> Result<()>;
}
