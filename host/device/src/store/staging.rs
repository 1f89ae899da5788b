//! Pages of a pull that is not whole yet.

use lockstep_model::{
    canonical::{decode_page, encode_page},
    exchange::Page,
};
use rusqlite::Connection;

use super::{Result, StoreError, meta};

/// Puts a page aside until the last one is there.
pub(crate) fn add(connection: &Connection, page: &Page) -> Result<()> {
    connection.prepare_cached("INSERT INTO staging (page) VALUES (?)")?.execute([encode_page(page)])?;
    meta::set_bytes(connection, meta::STAGED_COOKIE, &page.cookie)
}

/// Whether there are pages.
pub(crate) fn is_empty(connection: &Connection) -> Result<bool> {
    Ok(connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM staging)", [], |row| row.get(0))?)
}

/// Each page in turn.
pub(crate) fn each<E: From<StoreError>>(
    connection: &Connection,
    mut work: impl FnMut(Page) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let failed = |error: rusqlite::Error| E::from(error.into());
    let mut statement = connection.prepare("SELECT page FROM staging ORDER BY number").map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let bytes: Vec<u8> = row.get(0).map_err(failed)?;
        work(decode_page(&bytes).map_err(|error| E::from(error.into()))?)?;
    }
    Ok(())
}

/// Puts all pages away.
pub(crate) fn clear(connection: &Connection) -> Result<()> {
    connection.execute("DELETE FROM staging", [])?;
    meta::remove(connection, meta::STAGED_COOKIE)
}
