//! The tables, and how those of an earlier version become those of this one.
//!
//! SQLite's `user_version` counts the migrations that were made. Each is one transaction with the count, so that a
//! folder is always at one of the versions.

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::Path;

/// The migrations, in their order. What was released is never changed; what is new comes last.
const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql"), include_str!("schema/2.sql")];

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It was written by a later version.
    #[error(
        "registry.sqlite was written by a newer server (its schema is {found}, this server knows {known}): update the \
         server"
    )]
    Newer {
        /// Its version.
        found: usize,
        /// The latest that is known here.
        known: usize,
    },
    /// SQLite cannot open, read or write it.
    #[error("registry.sqlite cannot be used: {0}; restore the folder from a backup, or free some space")]
    Database(#[from] rusqlite::Error),
}

/// Opens the database, and makes it the latest version's.
pub(super) fn open(path: &Path) -> Result<Connection, SchemaError> {
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    migrate(&mut connection, MIGRATIONS)?;
    Ok(connection)
}

/// Opens the database of [`open`] once more, for reading beside it.
pub(super) fn open_reader(path: &Path) -> Result<Connection, SchemaError> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, SchemaError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        connection.pragma_update(None, "journal_mode", "wal")?;
    }
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<(), SchemaError> {
    let found: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = migrations.len();
    if found > known {
        return Err(SchemaError::Newer { found, known });
    }
    for (number, migration) in (1_usize..).zip(migrations).skip(found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_memory() -> Connection {
        Connection::open_in_memory().expect("a database in memory")
    }

    fn version(connection: &Connection) -> usize {
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a number")
    }

    #[test]
    fn migrations_are_made_once_and_in_order() {
        let mut connection = in_memory();
        migrate(&mut connection, &["CREATE TABLE a (x)"]).expect("the first");
        migrate(&mut connection, &["CREATE TABLE a (x)", "ALTER TABLE a ADD y"]).expect("the second alone");
        migrate(&mut connection, &["CREATE TABLE a (x)", "ALTER TABLE a ADD y"]).expect("none");
        assert_eq!(version(&connection), 2);
        connection.execute("INSERT INTO a (x, y) VALUES (1, 2)", ()).expect("both columns are there");
    }

    #[test]
    fn a_migration_that_fails_leaves_the_version_before() {
        let mut connection = in_memory();
        let failed = migrate(&mut connection, &["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"]);
        assert!(failed.is_err());
        assert_eq!(version(&connection), 1);
        assert!(connection.prepare("SELECT * FROM b").is_err());
    }

    #[test]
    fn a_newer_schema_is_refused_with_a_sentence() {
        let mut connection = in_memory();
        connection.pragma_update(None, "user_version", 7).expect("a number");
        let said = migrate(&mut connection, &["CREATE TABLE a (x)"]).expect_err("it is newer").to_string();
        assert!(said.contains("newer server") && said.contains("schema is 7") && said.contains("knows 1"), "{said}");
    }
}
