//! The device's file: what the server has sent, what the device has made, and what both come to.

mod error;
pub(crate) mod inbox;
#[cfg(feature = "sqlcipher")]
mod key;
mod look_up;
pub(crate) mod messages;
pub(crate) mod meta;
pub(crate) mod records;
pub(crate) mod rows;
mod schema;
pub(crate) mod staging;

use std::{path::Path, time::Duration};

use rusqlite::{Connection, Transaction, TransactionBehavior, types::ValueRef};

pub use error::StoreError;
#[cfg(feature = "sqlcipher")]
pub use key::FileKey;
pub(crate) use look_up::Lens;
#[cfg(test)]
pub(crate) use schema::VERSION;

pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;

/// How long another program's write is waited for.
const BUSY: Duration = Duration::from_secs(5);

/// More statements than there are.
const STATEMENTS: usize = 100;

/// The device's file: one SQLite database.
pub(crate) struct Store {
    connection: Connection,
    quota: u64,
}

impl Store {
    /// Opens the file, or makes it. `quota` is how large it may become, in bytes.
    pub(crate) fn open(file: &Path, quota: u64) -> Result<Self> {
        Self::prepare(Connection::open(file)?, quota)
    }

    /// As [`open`](Self::open), a file that is encrypted with this key.
    #[cfg(feature = "sqlcipher")]
    pub(crate) fn open_encrypted(file: &Path, key: &FileKey, quota: u64) -> Result<Self> {
        let connection = Connection::open(file)?;
        key.unlock(&connection)?;
        Self::prepare(connection, quota).map_err(|error| match error {
            StoreError::NotOurs => StoreError::WrongKey,
            error => error,
        })
    }

    fn prepare(mut connection: Connection, quota: u64) -> Result<Self> {
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        schema::migrate(&mut connection)?;
        // Every commit is on the disk before it is told of; on Apple's systems that takes a setting of its own.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA temp_store = MEMORY;
             PRAGMA journal_size_limit = 4194304;",
        )?;
        let store = Self { connection, quota };
        store.limit(quota)?;
        Ok(store)
    }

    /// The most that the file may take from now on, in bytes; one that is larger grows no more.
    fn limit(&self, bytes: u64) -> Result<()> {
        let page = number(&self.connection, "page_size")?;
        let pages = (bytes / page.max(1)).clamp(1, u64::from(u32::MAX) - 1);
        Ok(self.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?)
    }

    /// For reading what is there now.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Stores all that `work` writes, durably, or nothing.
    pub(crate) fn write<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let begin = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begin.map_err(|error| E::from(error.into()))?;
        let done = work(&transaction)?;
        transaction.commit().map_err(|error| E::from(error.into()))?;
        Ok(done)
    }

    /// As [`write`](Self::write), of what the server sends: it may take nine tenths of what is allowed, so that there is
    /// always room for what the user makes.
    pub(crate) fn write_fetched<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.limit(self.quota / 10 * 9)?;
        let done = self.write(work);
        self.limit(self.quota)?;
        done
    }

    /// Does something as if it were stored, and stores nothing.
    pub(crate) fn try_out<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let transaction = self.connection.unchecked_transaction().map_err(|error| E::from(error.into()))?;
        // Dropped, it is rolled back.
        work(&transaction)
    }

    /// Bytes in use.
    pub(crate) fn used(&self) -> Result<u64> {
        used(&self.connection)
    }

    /// Bytes that are allowed.
    pub(crate) fn quota(&self) -> u64 {
        self.quota
    }

    /// Whether so many more bytes are allowed; what the server sends may take nine tenths.
    pub(crate) fn check_room(&self, bytes: usize, is_users: bool) -> Result<()> {
        let quota = if is_users { self.quota } else { self.quota / 10 * 9 };
        let used = self.used()?.saturating_add(bytes as u64);
        if used > quota { Err(StoreError::Quota { used, quota }) } else { Ok(()) }
    }
}

fn used(connection: &Connection) -> Result<u64> {
    let pages = number(connection, "page_count")?.saturating_sub(number(connection, "freelist_count")?);
    Ok(pages * number(connection, "page_size")?)
}

/// A number that the database says of itself. `SQLCipher` says some as text.
fn number(connection: &Connection, pragma: &str) -> Result<u64> {
    let found = connection.query_row(&format!("PRAGMA {pragma}"), [], |row| match row.get_ref(0)? {
        ValueRef::Text(text) => Ok(std::str::from_utf8(text).ok().and_then(|text| text.parse().ok())),
        number => Ok(number.as_i64().ok().and_then(|number| number.try_into().ok())),
    })?;
    found.ok_or_else(|| StoreError::Damaged(format!("its {pragma} is no number")))
}

#[cfg(test)]
mod tests;
