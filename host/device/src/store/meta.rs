//! Single values by name.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, StoreError};

pub(crate) const DEVICE: &str = "device";
pub(crate) const USER: &str = "user";
pub(crate) const COMPANY: &str = "company";
pub(crate) const ROLES: &str = "roles";
/// How far the base has followed the server.
pub(crate) const COOKIE: &str = "cookie";
/// How far the staged pages have.
pub(crate) const STAGED_COOKIE: &str = "staged-cookie";
/// The number of the last pull of which a page has come.
pub(crate) const PULL: &str = "pull";
/// The last message that the server is known to have.
pub(crate) const TAKEN: &str = "taken";
/// The last message that was ever sent.
pub(crate) const OFFERED: &str = "offered";
/// The first message that the server has lost and that cannot be sent again under the device's id; 0: none.
pub(crate) const LOST_FROM: &str = "lost-from";
/// Whether the overlay has to be made anew.
pub(crate) const IS_STALE: &str = "is-stale";
/// When all was last sent and fetched, in ms.
pub(crate) const IN_SYNC_AT: &str = "in-sync-at";

pub(crate) fn bytes(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

pub(crate) fn set_bytes(connection: &Connection, name: &str, value: &[u8]) -> Result<()> {
    connection.prepare_cached("INSERT OR REPLACE INTO meta VALUES (?, ?)")?.execute(params![name, value])?;
    Ok(())
}

pub(crate) fn remove(connection: &Connection, name: &str) -> Result<()> {
    connection.prepare_cached("DELETE FROM meta WHERE name = ?")?.execute([name])?;
    Ok(())
}

pub(crate) fn text(connection: &Connection, name: &str) -> Result<Option<String>> {
    let damaged = |_| StoreError::Damaged(format!("`{name}` is no text"));
    bytes(connection, name)?.map(|bytes| String::from_utf8(bytes).map_err(damaged)).transpose()
}

pub(crate) fn set_text(connection: &Connection, name: &str, value: &str) -> Result<()> {
    set_bytes(connection, name, value.as_bytes())
}

/// 0 where there is none.
pub(crate) fn number(connection: &Connection, name: &str) -> Result<u64> {
    let Some(bytes) = bytes(connection, name)? else { return Ok(0) };
    let bytes = <[u8; 8]>::try_from(bytes).map_err(|_| StoreError::Damaged(format!("`{name}` is no number")))?;
    Ok(u64::from_le_bytes(bytes))
}

pub(crate) fn set_number(connection: &Connection, name: &str, value: u64) -> Result<()> {
    set_bytes(connection, name, &value.to_le_bytes())
}
