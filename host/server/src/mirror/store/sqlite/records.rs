//! Records and their versions.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::{OperationId, Record, RecordId, Timestamp, canonical::encode_record};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::SqliteTransaction;
use crate::mirror::store::{
    Changed, Numbered, RecordVersion, RecordWrite, Records, Result, StoredRecord, What, decode_content,
};

fn id_of(row: &Row<'_>) -> rusqlite::Result<RecordId> {
    Ok(RecordId { plugin: row.get("plugin")?, entity: row.get("entity")?, key: row.get("key")? })
}

pub(super) fn changed(sql: &Connection, scope: &str, after: u64, limit: usize) -> Result<Vec<Changed>> {
    let mut statement = sql.prepare_cached(
        "SELECT sequence, plugin, entity, key, content FROM record
         WHERE company = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3",
    )?;
    let mut rows = statement.query(params![scope, after, limit])?;
    let mut changed = Vec::new();
    while let Some(row) = rows.next()? {
        let id = id_of(row)?;
        let content = decode_content(&id, row.get("content")?)?;
        let stored = StoredRecord { company: scope.to_owned(), content };
        changed.push(Changed { sequence: row.get("sequence")?, what: What::Record(id, stored) });
    }
    Ok(changed)
}

impl Records for SqliteTransaction<'_> {
    fn records(&self, ids: &BTreeSet<RecordId>) -> Result<BTreeMap<RecordId, StoredRecord>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT company, content FROM record WHERE plugin = ?1 AND entity = ?2 AND key = ?3")?;
        let mut records = BTreeMap::new();
        for id in ids {
            let found: Option<(String, Option<Vec<u8>>)> = statement
                .query_row(params![id.plugin, id.entity, id.key], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if let Some((company, content)) = found {
                records.insert(id.clone(), StoredRecord { company, content: decode_content(id, content)? });
            }
        }
        Ok(records)
    }

    fn records_of(&self, plugin: &str, entity: &str, companies: Option<&[&str]>) -> Result<Vec<(String, Record)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT key, company, content FROM record
             WHERE plugin = ?1 AND entity = ?2 AND content IS NOT NULL ORDER BY key",
        )?;
        let mut rows = statement.query(params![plugin, entity])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let company: String = row.get("company")?;
            if companies.is_some_and(|companies| !companies.contains(&&*company)) {
                continue;
            }
            let id = RecordId { plugin: plugin.to_owned(), entity: entity.to_owned(), key: row.get("key")? };
            if let Some(record) = decode_content(&id, row.get("content")?)? {
                records.push((id.key, record));
            }
        }
        Ok(records)
    }

    fn put_records(&self, writes: &[RecordWrite<'_>], at: Timestamp) -> Result<()> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for write in writes {
            *counts.entry(write.company).or_default() += 1;
        }
        let mut next = BTreeMap::new();
        for (company, count) in counts {
            next.insert(company, self.allot(company, count)? + 1);
        }
        let mut current = self.connection.prepare_cached(
            "INSERT INTO record (plugin, entity, key, company, sequence, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (plugin, entity, key) DO UPDATE SET company = ?4, sequence = ?5, content = ?6",
        )?;
        let mut version = self.connection.prepare_cached(
            "INSERT INTO change (company, sequence, at, plugin, entity, key, content, device, operation)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for RecordWrite { id, company, content, by } in writes {
            let sequence = next.entry(company).or_default();
            let content = content.map(encode_record);
            current.execute(params![id.plugin, id.entity, id.key, company, *sequence, content])?;
            let (device, operation) = (by.map(|by| &by.device), by.map(|by| by.sequence));
            version
                .execute(params![company, *sequence, at.0, id.plugin, id.entity, id.key, content, device, operation])?;
            *sequence += 1;
        }
        Ok(())
    }

    fn versions(&self, company: &str, after: u64, limit: usize) -> Result<Vec<RecordVersion>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM change WHERE company = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3")?;
        let mut rows = statement.query(params![company, after, limit])?;
        let mut versions = Vec::new();
        while let Some(row) = rows.next()? {
            let id = id_of(row)?;
            let by: Option<String> = row.get("device")?;
            let sequence: Option<u64> = row.get("operation")?;
            versions.push(RecordVersion {
                content: decode_content(&id, row.get("content")?)?,
                id,
                sequence: row.get("sequence")?,
                at: Timestamp(row.get("at")?),
                by: by.zip(sequence).map(|(device, sequence)| OperationId { device, sequence }),
            });
        }
        Ok(versions)
    }

    fn last_number(&self, of: &Numbered) -> Result<i64> {
        let mut statement = self.connection.prepare_cached(
            "SELECT last FROM number_sequence WHERE plugin = ?1 AND entity = ?2 AND field = ?3 AND company = ?4",
        )?;
        let found = statement.query_row(params![of.plugin, of.entity, of.field, of.company], |row| row.get(0));
        Ok(found.optional()?.unwrap_or_default())
    }

    fn put_last_numbers(&self, numbers: &BTreeMap<Numbered, i64>) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO number_sequence (plugin, entity, field, company, last) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (plugin, entity, field, company) DO UPDATE SET last = ?5",
        )?;
        for (of, last) in numbers {
            statement.execute(params![of.plugin, of.entity, of.field, of.company, last])?;
        }
        Ok(())
    }
}
