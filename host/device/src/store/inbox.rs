//! Rejected operations that the user has yet to see to.

use rusqlite::{Connection, OptionalExtension, params};

use super::Result;

/// Puts a rejected operation in; one that is there stays as it is.
pub(crate) fn put(connection: &Connection, sequence: u64) -> Result<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO inbox (sequence) VALUES (?)")?.execute([sequence as i64])?;
    Ok(())
}

/// Takes an operation out that is good after all.
pub(crate) fn take_out(connection: &Connection, sequence: u64) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM inbox WHERE sequence = ? AND resolved_by IS NULL")?
        .execute([sequence as i64])?;
    Ok(())
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    /// By a message of this sequence; 0: by none.
    Resolved(u64),
}

/// Whether this operation is in the inbox, or was.
pub(crate) fn state(connection: &Connection, sequence: u64) -> Result<Option<State>> {
    let mut statement = connection.prepare_cached("SELECT resolved_by FROM inbox WHERE sequence = ?")?;
    let found: Option<Option<i64>> = statement.query_row([sequence as i64], |row| row.get(0)).optional()?;
    Ok(found.map(|resolved| resolved.map_or(State::Open, |by| State::Resolved(by as u64))))
}

/// The user has seen to it: by a message of this sequence, or by having read it (0).
pub(crate) fn resolve(connection: &Connection, sequence: u64, by: u64) -> Result<()> {
    connection
        .prepare_cached("UPDATE inbox SET resolved_by = ? WHERE sequence = ?")?
        .execute(params![by as i64, sequence as i64])?;
    Ok(())
}

/// What the user has yet to see to, by sequence.
pub(crate) fn open(connection: &Connection) -> Result<Vec<u64>> {
    let mut statement =
        connection.prepare_cached("SELECT sequence FROM inbox WHERE resolved_by IS NULL ORDER BY sequence")?;
    let found = statement.query_map([], |row| row.get::<_, i64>(0))?;
    found.map(|sequence| Ok(sequence? as u64)).collect()
}

/// How many there are.
pub(crate) fn count(connection: &Connection) -> Result<u64> {
    let mut statement = connection.prepare_cached("SELECT count(*) FROM inbox WHERE resolved_by IS NULL")?;
    Ok(statement.query_row([], |row| row.get::<_, i64>(0))? as u64)
}
