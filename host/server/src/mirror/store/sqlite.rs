//! The store in SQLite: one file, with a write-ahead log that is synchronised at each commit. One change goes on at a
//! time, snapshots beside it.

mod operations;
mod records;
mod rows;

use std::{
    collections::BTreeMap,
    ops::Deref,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use lockstep_model::Verdict;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, TransactionBehavior, params};

use super::{Changed, Reach, Result, Store, StoreError, Transaction, What};

/// The migrations, in their order. What was released is never changed; what is new comes last.
const MIGRATIONS: &[&str] = &[include_str!("sqlite/schema/1.sql")];

/// Snapshots that are kept open for the next ones.
const READERS_MAX: usize = 16;

/// The store in SQLite.
pub struct SqliteStore {
    path: PathBuf,
    secret: [u8; 32],
    /// Closed first: whoever writes brings the log into the file when it is the last.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl SqliteStore {
    /// Opens the store in this file; a file that is not there is made. `random` gives its epoch and its secret then.
    ///
    /// # Errors
    /// When it cannot be used, or was written by a later version.
    pub fn open(path: &Path, random: impl FnOnce() -> Option<([u8; 16], [u8; 32])>) -> Result<Self> {
        let mut writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        writer.pragma_update(None, "journal_mode", "wal")?;
        migrate(&mut writer)?;
        let there: Option<Vec<u8>> = writer.query_row("SELECT secret FROM mirror", (), |row| row.get(0)).optional()?;
        let secret = if let Some(secret) = there {
            secret.try_into().map_err(|_| wrong_length("the secret", 32))?
        } else {
            let no_random = || StoreError::Failed("there are no random numbers to be had".to_owned());
            let (epoch, secret) = random().ok_or_else(no_random)?;
            writer.execute(
                "INSERT INTO mirror (one, epoch, secret) VALUES (1, ?1, ?2)",
                params![&epoch[..], &secret[..]],
            )?;
            secret
        };
        Ok(Self { path: path.to_owned(), secret, writer: Mutex::new(writer), readers: Mutex::default() })
    }

    fn reader(&self) -> Result<Connection> {
        let kept = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.map_or_else(|| connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY), Ok)
    }
}

fn wrong_length(what: &str, bytes: usize) -> StoreError {
    StoreError::Damaged { what: what.to_owned(), why: format!("it does not have {bytes} bytes") }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<()> {
    let found: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = MIGRATIONS.len();
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (number, migration) in (1_usize..).zip(MIGRATIONS).skip(found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

impl Store for SqliteStore {
    fn secret(&self) -> [u8; 32] {
        self.secret
    }

    fn snapshot(&self) -> Result<Box<dyn Transaction + '_>> {
        let connection = Held::Reader { connection: Some(self.reader()?), readers: &self.readers };
        connection.execute_batch("BEGIN")?;
        // A snapshot is taken by the first statement that reads.
        connection.prepare_cached("SELECT one FROM mirror")?.query_row((), |_| Ok(()))?;
        Ok(Box::new(SqliteTransaction { connection, is_open: true }))
    }

    fn change(&self, _: &Reach) -> Result<Box<dyn Transaction + '_>> {
        let connection = Held::Writer(self.writer.lock().unwrap_or_else(PoisonError::into_inner));
        connection.execute_batch("BEGIN IMMEDIATE")?;
        Ok(Box::new(SqliteTransaction { connection, is_open: true }))
    }
}

/// A connection for as long as a transaction lasts.
enum Held<'a> {
    Writer(MutexGuard<'a, Connection>),
    Reader { connection: Option<Connection>, readers: &'a Mutex<Vec<Connection>> },
}

impl Deref for Held<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Self::Writer(connection) => connection,
            Self::Reader { connection: Some(connection), .. } => connection,
            Self::Reader { connection: None, .. } => unreachable!("it is given back when it is dropped"),
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let Self::Reader { connection, readers } = self else { return };
        let mut readers = readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = connection.take().filter(|_| readers.len() < READERS_MAX) {
            readers.push(connection);
        }
    }
}

struct SqliteTransaction<'a> {
    connection: Held<'a>,
    is_open: bool,
}

impl Drop for SqliteTransaction<'_> {
    fn drop(&mut self) {
        if self.is_open && self.connection.execute_batch("ROLLBACK").is_err() {
            tracing::error!("a transaction cannot be taken back");
        }
    }
}

impl SqliteTransaction<'_> {
    /// The next sequences of a scope, as many as are wanted: the last one before them.
    fn allot(&self, company: &str, count: usize) -> Result<u64> {
        let sql = "INSERT INTO scope (company, last) VALUES (?1, ?2)
                   ON CONFLICT (company) DO UPDATE SET last = last + ?2 RETURNING last";
        let last: u64 = self.connection.prepare_cached(sql)?.query_row(params![company, count], |row| row.get(0))?;
        Ok(last - count as u64)
    }
}

impl Transaction for SqliteTransaction<'_> {
    fn epoch(&self) -> Result<[u8; 16]> {
        let epoch: Vec<u8> =
            self.connection.prepare_cached("SELECT epoch FROM mirror")?.query_row((), |row| row.get(0))?;
        epoch.try_into().map_err(|_| wrong_length("the epoch", 16))
    }

    fn put_epoch(&self, epoch: [u8; 16]) -> Result<()> {
        self.connection.prepare_cached("UPDATE mirror SET epoch = ?1")?.execute([&epoch[..]])?;
        Ok(())
    }

    fn scopes(&self) -> Result<BTreeMap<String, u64>> {
        let mut statement = self.connection.prepare_cached("SELECT company, last FROM scope")?;
        let scopes = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(scopes.collect::<rusqlite::Result<_>>()?)
    }

    fn changed(&self, scope: &str, after: u64, limit: usize) -> Result<Vec<Changed>> {
        let mut changed = records::changed(&self.connection, scope, after, limit)?;
        changed.extend(rows::changed(&self.connection, scope, after, limit)?);
        if scope.is_empty() {
            changed.extend(tables_changed(&self.connection, after, limit)?);
        }
        changed.sort_by_key(|changed| changed.sequence);
        changed.truncate(limit);
        Ok(changed)
    }

    fn verdicts_changed(&self, device: &str, after: u64, limit: usize) -> Result<Vec<(u64, u64, Verdict)>> {
        operations::verdicts_changed(&self.connection, device, after, limit)
    }

    fn commit(mut self: Box<Self>) -> Result<()> {
        // Where it fails the transaction is still open, and is taken back.
        self.connection.execute_batch("COMMIT")?;
        self.is_open = false;
        Ok(())
    }
}

fn tables_changed(sql: &Connection, after: u64, limit: usize) -> Result<Vec<Changed>> {
    let mut statement = sql.prepare_cached(
        "SELECT sequence, plugin, name, is_here FROM fed_table WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
    )?;
    let changed = statement.query_map(params![after, limit], |row| {
        let what = What::Table { plugin: row.get(1)?, table: row.get(2)?, is_here: row.get(3)? };
        Ok(Changed { sequence: row.get(0)?, what })
    })?;
    Ok(changed.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path) -> Result<SqliteStore> {
        SqliteStore::open(path, || Some(([1; 16], [2; 32])))
    }

    #[test]
    fn epoch_and_secret_stay_and_a_newer_schema_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mirror.sqlite");
        drop(open(&path).expect("a store"));
        let again = SqliteStore::open(&path, || unreachable!("it is there")).expect("the store");
        assert_eq!(again.secret(), [2; 32]);
        assert_eq!(again.snapshot().expect("a snapshot").epoch().expect("an epoch"), [1; 16]);
        drop(again);
        Connection::open(&path).and_then(|sql| sql.pragma_update(None, "user_version", 9)).expect("a number");
        let said = open(&path).map(|_| ()).expect_err("it is newer").to_string();
        assert!(said.contains("its schema is 9, this server knows 1"), "{said}");
    }

    #[test]
    fn what_is_not_committed_has_not_happened_and_a_snapshot_stands_still() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&folder.path().join("mirror.sqlite")).expect("a store");
        let change = store.change(&Reach::all()).expect("a change");
        change.put_epoch([7; 16]).expect("written");
        drop(change);
        let before = store.snapshot().expect("a snapshot");
        let change = store.change(&Reach::all()).expect("a change");
        change.put_epoch([8; 16]).expect("written");
        change.commit().expect("committed");
        assert_eq!(before.epoch().expect("an epoch"), [1; 16]);
        assert_eq!(store.snapshot().expect("a snapshot").epoch().expect("an epoch"), [8; 16]);
    }
}
