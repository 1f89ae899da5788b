//! Records: as the server has them, and as pending operations leave them.

use std::collections::BTreeMap;

use lockstep_model::{
    Digest, Record, RecordId,
    canonical::{decode_record, encode_record, encode_values},
    schema::Descriptor,
};
use lockstep_sync::{Base, views};
use rusqlite::{Connection, OptionalExtension, params};

use super::Result;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// What the server has sent.
    Base,
    /// What pending operations make of it.
    Overlay,
}

impl Layer {
    fn prefix(self) -> &'static str {
        match self {
            Self::Base => "",
            Self::Overlay => "overlay_",
        }
    }
}

/// A record as it is shown: as pending operations leave it, else as the server has it.
pub(crate) fn shown(connection: &Connection, id: &RecordId) -> Result<Base> {
    match of(connection, Layer::Overlay, id)? {
        Base::Absent => of(connection, Layer::Base, id),
        there => Ok(there),
    }
}

/// A record of one layer.
pub(crate) fn of(connection: &Connection, layer: Layer, id: &RecordId) -> Result<Base> {
    let sql = match layer {
        Layer::Base => "SELECT content FROM records WHERE plugin = ? AND entity = ? AND key = ?",
        Layer::Overlay => "SELECT content FROM overlay_records WHERE plugin = ? AND entity = ? AND key = ?",
    };
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![id.plugin, id.entity, id.key.as_bytes()], |row| row.get(0)).optional()?;
    let found: Option<Option<Vec<u8>>> = found;
    Ok(match found {
        None => Base::Absent,
        Some(None) => Base::Deleted,
        Some(Some(content)) => Base::There(decode_record(&content)?),
    })
}

/// A record of an entity, as it is shown.
pub(crate) struct Shown {
    pub(crate) key: String,
    pub(crate) record: Record,
    /// Pending operations have made it what it is.
    pub(crate) is_pending: bool,
}

/// All records of an entity as they are shown, by key.
pub(crate) fn of_entity(
    connection: &Connection,
    plugin: &str,
    entity: &str,
    mut each: impl FnMut(Shown) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT key, content, 0 FROM records AS base WHERE plugin = ?1 AND entity = ?2 AND content IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM overlay_records AS over
                 WHERE over.plugin = base.plugin AND over.entity = base.entity AND over.key = base.key)
         UNION ALL
         SELECT key, content, 1 FROM overlay_records WHERE plugin = ?1 AND entity = ?2 AND content IS NOT NULL
         ORDER BY key",
    )?;
    let mut rows = statement.query([plugin, entity])?;
    while let Some(row) = rows.next()? {
        let key = super::rows::text(row.get_ref(0)?.as_blob().unwrap_or_default())?;
        let record = decode_record(row.get_ref(1)?.as_blob().unwrap_or_default())?;
        each(Shown { key, record, is_pending: row.get(2)? })?;
    }
    Ok(())
}

/// The records that the server has sent, as they are stored.
pub(crate) fn all_of_base(connection: &Connection) -> Result<BTreeMap<RecordId, Vec<u8>>> {
    let mut statement =
        connection.prepare_cached("SELECT plugin, entity, key, content FROM records WHERE content IS NOT NULL")?;
    let mut rows = statement.query([])?;
    let mut all = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let key = super::rows::text(row.get_ref(2)?.as_blob().unwrap_or_default())?;
        all.insert(RecordId { plugin: row.get(0)?, entity: row.get(1)?, key }, row.get(3)?);
    }
    Ok(all)
}

/// The entities of which there are records, by plugin.
pub(crate) fn entities(connection: &Connection) -> Result<Vec<(String, String)>> {
    let mut statement = connection
        .prepare_cached("SELECT plugin, entity FROM records UNION SELECT plugin, entity FROM overlay_records")?;
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Puts a record, or its deletion, with the rows that it has in the views of the package for which they are kept.
pub(crate) fn put(
    connection: &Connection,
    layer: Layer,
    id: &RecordId,
    record: Option<&Record>,
    kept: Option<&Descriptor>,
) -> Result<()> {
    let content = record.map(encode_record);
    let prefix = layer.prefix();
    connection
        .prepare_cached(&format!("INSERT OR REPLACE INTO {prefix}records VALUES (?, ?, ?, ?)"))?
        .execute(params![id.plugin, id.entity, id.key.as_bytes(), content])?;
    connection
        // Without statistics SQLite would go through all rows of the plugin's views.
        .prepare_cached(&format!(
            "DELETE FROM {prefix}views INDEXED BY {prefix}views_of_record WHERE plugin = ? AND entity = ? AND record = ?"
        ))?
        .execute(params![id.plugin, id.entity, id.key.as_bytes()])?;
    if let (Some(record), Some(kept)) = (record, kept) {
        put_views(connection, layer, id, record, kept)?;
    }
    Ok(())
}

fn put_views(
    connection: &Connection,
    layer: Layer,
    id: &RecordId,
    record: &Record,
    descriptor: &Descriptor,
) -> Result<()> {
    // A record that does not fit the package has no rows in its views.
    for row in views::rows_of(descriptor, id, record).unwrap_or_default() {
        let table = &descriptor.tables[usize::from(row.table)];
        let values = table.fields.iter().zip(row.values);
        let values = values.filter_map(|(field, value)| Some((field.name.clone(), value?))).collect();
        // Of two rows with one key the first stands.
        connection
            .prepare_cached(&format!("INSERT OR IGNORE INTO {}views VALUES (?, ?, ?, ?, ?, ?, ?)", layer.prefix()))?
            .execute(params![
                id.plugin,
                table.name,
                row.key.as_bytes(),
                record.company.as_bytes(),
                id.key.as_bytes(),
                id.entity,
                encode_values(&values)
            ])?;
    }
    Ok(())
}

/// Shows a record as it was, or as if there had never been one.
pub(crate) fn put_back(connection: &Connection, id: &RecordId, record: Option<&Record>) -> Result<()> {
    if record.is_some() {
        return put(connection, Layer::Overlay, id, record, None);
    }
    let sql = "DELETE FROM overlay_records WHERE plugin = ? AND entity = ? AND key = ?";
    connection.prepare_cached(sql)?.execute(params![id.plugin, id.entity, id.key.as_bytes()])?;
    Ok(())
}

/// Takes away all that pending operations have made.
pub(crate) fn clear_overlay(connection: &Connection) -> Result<()> {
    connection.execute_batch(
        "DELETE FROM overlay_records; DELETE FROM overlay_views;
         DELETE FROM writes WHERE sequence IN (SELECT sequence FROM messages WHERE stage = 0);",
    )?;
    Ok(())
}

/// Takes away all that the server has sent.
pub(crate) fn clear_base(connection: &Connection) -> Result<()> {
    connection.execute_batch("DELETE FROM records; DELETE FROM views; DELETE FROM rows; DELETE FROM tables;")?;
    Ok(())
}

/// The package for which a plugin's view rows are kept.
pub(crate) fn kept_for(connection: &Connection, plugin: &str) -> Result<Option<Digest>> {
    let mut statement = connection.prepare_cached("SELECT digest FROM packages WHERE plugin = ?")?;
    let digest: Option<[u8; 32]> = statement.query_row([plugin], |row| row.get(0)).optional()?;
    Ok(digest.map(Digest))
}

/// Keeps a plugin's view rows for another package: they are made anew.
pub(crate) fn keep_for(connection: &Connection, plugin: &str, digest: Digest, descriptor: &Descriptor) -> Result<()> {
    for layer in [Layer::Base, Layer::Overlay] {
        let prefix = layer.prefix();
        connection.execute(&format!("DELETE FROM {prefix}views WHERE plugin = ?"), [plugin])?;
        for entity in &descriptor.entities {
            let sql = format!(
                "SELECT key, content FROM {prefix}records WHERE plugin = ? AND entity = ? AND content IS NOT NULL"
            );
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([plugin, &entity.name])?;
            while let Some(row) = rows.next()? {
                let key = super::rows::text(row.get_ref(0)?.as_blob().unwrap_or_default())?;
                let record = decode_record(row.get_ref(1)?.as_blob().unwrap_or_default())?;
                let id = RecordId { plugin: plugin.to_owned(), entity: entity.name.clone(), key };
                put_views(connection, layer, &id, &record, descriptor)?;
            }
        }
    }
    connection.execute("INSERT OR REPLACE INTO packages VALUES (?, ?)", params![plugin, digest.0])?;
    Ok(())
}
