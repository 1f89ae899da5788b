//! Rows of fed tables, and which tables are here.

use std::collections::BTreeMap;

use lockstep_model::{Value, canonical::encode_values, exchange::RowId};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, StoreError};

/// Puts a row, or takes it away.
pub(crate) fn put(connection: &Connection, id: &RowId, values: Option<&BTreeMap<String, Value>>) -> Result<()> {
    let (key, company) = (id.key.as_bytes(), id.company.as_bytes());
    match values {
        Some(values) => connection
            .prepare_cached("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)")?
            .execute(params![id.plugin, id.table, key, company, encode_values(values)])?,
        None => connection
            .prepare_cached("DELETE FROM rows WHERE plugin = ? AND tbl = ? AND key = ? AND company = ?")?
            .execute(params![id.plugin, id.table, key, company])?,
    };
    Ok(())
}

/// Notes that a table is here, or that it is not: then its rows go.
pub(crate) fn set_here(connection: &Connection, plugin: &str, table: &str, is_here: bool) -> Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO tables VALUES (?, ?, ?)")?
        .execute(params![plugin, table, is_here])?;
    if !is_here {
        connection.execute("DELETE FROM rows WHERE plugin = ? AND tbl = ?", [plugin, table])?;
    }
    Ok(())
}

/// Whether a table is here; none: nothing was said of it.
pub(crate) fn is_here(connection: &Connection, plugin: &str, table: &str) -> Result<Option<bool>> {
    let mut statement = connection.prepare_cached("SELECT is_here FROM tables WHERE plugin = ? AND tbl = ?")?;
    Ok(statement.query_row([plugin, table], |row| row.get(0)).optional()?)
}

/// All rows as they are stored.
pub(crate) fn all(connection: &Connection) -> Result<BTreeMap<RowId, Vec<u8>>> {
    let mut statement = connection.prepare_cached("SELECT plugin, tbl, company, key, content FROM rows")?;
    let mut rows = statement.query([])?;
    let mut all = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let text = |column| -> Result<String> { text(row.get_ref(column)?.as_blob().unwrap_or_default()) };
        let id = RowId { plugin: row.get(0)?, table: row.get(1)?, company: text(2)?, key: text(3)? };
        all.insert(id, row.get(4)?);
    }
    Ok(all)
}

/// The tables of which it was said whether they are here.
pub(crate) fn tables(connection: &Connection) -> Result<BTreeMap<(String, String), bool>> {
    let mut statement = connection.prepare_cached("SELECT plugin, tbl, is_here FROM tables")?;
    let found = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Bytes that were written as text.
pub(crate) fn text(bytes: &[u8]) -> Result<String> {
    let text = std::str::from_utf8(bytes).map_err(|_| StoreError::Damaged("a key is no text".to_owned()))?;
    Ok(text.to_owned())
}
