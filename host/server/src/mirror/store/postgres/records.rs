//! Records and their versions.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::{OperationId, Record, RecordId, Timestamp, canonical::encode_record};
use tokio_postgres::{Row, types::Type};

use super::{
    text::kept,
    transaction::{PostgresTransaction, number_of, number_or_none, signed, text_of},
};
use crate::mirror::store::{
    Changed, Numbered, RecordVersion, RecordWrite, Records, Result, StoreError, StoredRecord, What, decode_content,
};

/// Rows of one statement, at most.
const ROWS_MAX: usize = 4096;

fn id_of(row: &Row) -> Result<RecordId> {
    Ok(RecordId { plugin: text_of(row, "plugin")?, entity: text_of(row, "entity")?, key: text_of(row, "key")? })
}

pub(super) fn changed(sql: &PostgresTransaction<'_>, scope: &str, after: u64, limit: usize) -> Result<Vec<Changed>> {
    let rows = sql.query(
        "SELECT sequence, plugin, entity, key, content FROM lockstep.record
         WHERE company = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        &[(&kept(scope), Type::TEXT), (&signed(after), Type::INT8), (&signed(limit as u64), Type::INT8)],
    )?;
    let changed = rows.iter().map(|row| {
        let id = id_of(row)?;
        let content = decode_content(&id, row.try_get("content")?)?;
        let what = What::Record(id, StoredRecord { company: scope.to_owned(), content });
        Ok(Changed { sequence: number_of(row, "sequence")?, what })
    });
    changed.collect()
}

/// A version as it is written.
struct Version<'a> {
    write: &'a RecordWrite<'a>,
    sequence: u64,
    content: Option<Vec<u8>>,
}

/// The records as they are after all: of several versions of one the last.
fn put_current(sql: &PostgresTransaction<'_>, versions: &[Version<'_>]) -> Result<()> {
    let last: BTreeMap<_, _> = versions.iter().map(|version| (version.write.id, version)).collect();
    let (mut plugins, mut entities, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let (mut companies, mut sequences, mut contents) = (Vec::new(), Vec::new(), Vec::new());
    for (id, version) in &last {
        plugins.push(kept(&id.plugin));
        entities.push(kept(&id.entity));
        keys.push(kept(&id.key));
        companies.push(kept(version.write.company));
        sequences.push(signed(version.sequence));
        contents.push(&version.content);
    }
    let written = sql.execute(
        "INSERT INTO lockstep.record (plugin, entity, key, company, sequence, content)
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
         ON CONFLICT (plugin, entity, key) DO UPDATE SET sequence = excluded.sequence, content = excluded.content
         WHERE record.company = excluded.company",
        &[
            (&plugins, Type::TEXT_ARRAY),
            (&entities, Type::TEXT_ARRAY),
            (&keys, Type::TEXT_ARRAY),
            (&companies, Type::TEXT_ARRAY),
            (&sequences, Type::INT8_ARRAY),
            (&contents, Type::BYTEA_ARRAY),
        ],
    )?;
    if written == last.len() as u64 {
        return Ok(());
    }
    // Another company has made a record of the same key meanwhile, under its own lock.
    Err(StoreError::Busy("a record has become another company's".to_owned()))
}

fn put_versions(sql: &PostgresTransaction<'_>, versions: &[Version<'_>], at: Timestamp) -> Result<()> {
    let (mut plugins, mut entities, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let (mut companies, mut sequences, mut contents) = (Vec::new(), Vec::new(), Vec::new());
    let (mut devices, mut operations) = (Vec::new(), Vec::new());
    for Version { write: RecordWrite { id, company, by, .. }, sequence, content } in versions {
        plugins.push(kept(&id.plugin));
        entities.push(kept(&id.entity));
        keys.push(kept(&id.key));
        companies.push(kept(company));
        sequences.push(signed(*sequence));
        contents.push(content);
        devices.push(by.map(|by| kept(&by.device)));
        operations.push(by.map(|by| signed(by.sequence)));
    }
    sql.execute(
        "INSERT INTO lockstep.change (plugin, entity, key, company, sequence, content, device, operation, at)
         SELECT *, $9 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            (&plugins, Type::TEXT_ARRAY),
            (&entities, Type::TEXT_ARRAY),
            (&keys, Type::TEXT_ARRAY),
            (&companies, Type::TEXT_ARRAY),
            (&sequences, Type::INT8_ARRAY),
            (&contents, Type::BYTEA_ARRAY),
            (&devices, Type::TEXT_ARRAY),
            (&operations, Type::INT8_ARRAY),
            (&at.0, Type::INT8),
        ],
    )?;
    Ok(())
}

impl Records for PostgresTransaction<'_> {
    fn records(&self, ids: &BTreeSet<RecordId>) -> Result<BTreeMap<RecordId, StoredRecord>> {
        let (mut plugins, mut entities, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for id in ids {
            plugins.push(kept(&id.plugin));
            entities.push(kept(&id.entity));
            keys.push(kept(&id.key));
        }
        let rows = self.query(
            "SELECT plugin, entity, key, company, content
             FROM unnest($1, $2, $3) AS wanted (plugin, entity, key) JOIN lockstep.record USING (plugin, entity, key)",
            &[(&plugins, Type::TEXT_ARRAY), (&entities, Type::TEXT_ARRAY), (&keys, Type::TEXT_ARRAY)],
        )?;
        let records = rows.iter().map(|row| {
            let id = id_of(row)?;
            let content = decode_content(&id, row.try_get("content")?)?;
            Ok((id, StoredRecord { company: text_of(row, "company")?, content }))
        });
        records.collect()
    }

    fn records_of(&self, plugin: &str, entity: &str, companies: Option<&[&str]>) -> Result<Vec<(String, Record)>> {
        let companies: Option<Vec<_>> = companies.map(|all| all.iter().map(|company| kept(company)).collect());
        let rows = self.query(
            "SELECT plugin, entity, key, content FROM lockstep.record
             WHERE plugin = $1 AND entity = $2 AND content IS NOT NULL AND ($3 IS NULL OR company = ANY($3))
             ORDER BY key",
            &[(&kept(plugin), Type::TEXT), (&kept(entity), Type::TEXT), (&companies, Type::TEXT_ARRAY)],
        )?;
        let mut records = Vec::new();
        for row in rows {
            let id = id_of(&row)?;
            if let Some(record) = decode_content(&id, row.try_get("content")?)? {
                records.push((id.key, record));
            }
        }
        Ok(records)
    }

    fn put_records(&self, writes: &[RecordWrite<'_>], at: Timestamp) -> Result<()> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for write in writes {
            self.check_scope(write.company)?;
            *counts.entry(write.company).or_default() += 1;
        }
        let mut next = self.allot(&counts)?;
        let numbered = writes.iter().map(|write| {
            let next = next.entry(write.company.to_owned()).or_default();
            let sequence = std::mem::replace(next, *next + 1);
            Version { write, sequence, content: write.content.map(encode_record) }
        });
        let versions: Vec<_> = numbered.collect();
        for versions in versions.chunks(ROWS_MAX) {
            put_current(self, versions)?;
            put_versions(self, versions, at)?;
        }
        Ok(())
    }

    fn versions(&self, company: &str, after: u64, limit: usize) -> Result<Vec<RecordVersion>> {
        let rows = self.query(
            "SELECT * FROM lockstep.change WHERE company = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
            &[(&kept(company), Type::TEXT), (&signed(after), Type::INT8), (&signed(limit as u64), Type::INT8)],
        )?;
        let versions = rows.iter().map(|row| {
            let id = id_of(row)?;
            let device: Option<String> = row.try_get("device")?;
            let by = device.zip(number_or_none(row, "operation")?);
            Ok(RecordVersion {
                content: decode_content(&id, row.try_get("content")?)?,
                id,
                sequence: number_of(row, "sequence")?,
                at: Timestamp(row.try_get("at")?),
                by: by.map(|(device, sequence)| OperationId { device: super::text::read(device), sequence }),
            })
        });
        versions.collect()
    }

    fn last_number(&self, of: &Numbered) -> Result<i64> {
        let rows = self.query(
            "SELECT last FROM lockstep.number_sequence
             WHERE plugin = $1 AND entity = $2 AND field = $3 AND company = $4",
            &[
                (&kept(&of.plugin), Type::TEXT),
                (&kept(&of.entity), Type::TEXT),
                (&kept(&of.field), Type::TEXT),
                (&kept(&of.company), Type::TEXT),
            ],
        )?;
        Ok(rows.first().map(|row| row.try_get(0)).transpose()?.unwrap_or_default())
    }

    fn put_last_numbers(&self, numbers: &BTreeMap<Numbered, i64>) -> Result<()> {
        if numbers.is_empty() {
            return Ok(());
        }
        let (mut plugins, mut entities, mut fields) = (Vec::new(), Vec::new(), Vec::new());
        let (mut companies, mut lasts) = (Vec::new(), Vec::new());
        for (of, last) in numbers {
            self.check_scope(&of.company)?;
            plugins.push(kept(&of.plugin));
            entities.push(kept(&of.entity));
            fields.push(kept(&of.field));
            companies.push(kept(&of.company));
            lasts.push(*last);
        }
        self.execute(
            "INSERT INTO lockstep.number_sequence (plugin, entity, field, company, last)
             SELECT * FROM unnest($1, $2, $3, $4, $5)
             ON CONFLICT (plugin, entity, field, company) DO UPDATE SET last = excluded.last",
            &[
                (&plugins, Type::TEXT_ARRAY),
                (&entities, Type::TEXT_ARRAY),
                (&fields, Type::TEXT_ARRAY),
                (&companies, Type::TEXT_ARRAY),
                (&lasts, Type::INT8_ARRAY),
            ],
        )?;
        Ok(())
    }
}
