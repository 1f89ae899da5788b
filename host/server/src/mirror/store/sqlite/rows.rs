//! Rows of fed tables and of views.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::{canonical::encode_values, exchange::RowId};
use rusqlite::{CachedStatement, Connection, params};

use super::SqliteTransaction;
use crate::mirror::store::{
    Changed, RecordViews, Result, RowQuery, Rows, TableKind, Values, What, decode_values_of, within_prefix,
};

/// By key: the company's own row before the shared one, of a view the first record's.
const FED_BY_KEY: &str = "SELECT key, content FROM fed_row WHERE plugin = ?1 AND name = ?2 AND key = ?3
    AND company IN (?4, '') AND content IS NOT NULL ORDER BY company DESC LIMIT 1";
const VIEW_BY_KEY: &str = "SELECT key, content FROM view_row WHERE plugin = ?1 AND name = ?2 AND key = ?3
    AND company IN (?4, '') ORDER BY company DESC, record LIMIT 1";

/// By prefix: the first row of each key counts.
const FED_BY_PREFIX: &str = "SELECT key, content FROM fed_row WHERE plugin = ?1 AND name = ?2 AND key >= ?3
    AND (?5 IS NULL OR key < ?5) AND company IN (?4, '') AND content IS NOT NULL ORDER BY key, company DESC";
const VIEW_BY_PREFIX: &str = "SELECT key, content FROM view_row WHERE plugin = ?1 AND name = ?2 AND key >= ?3
    AND (?5 IS NULL OR key < ?5) AND company IN (?4, '') ORDER BY key, company DESC, record";

pub(super) fn changed(sql: &Connection, scope: &str, after: u64, limit: usize) -> Result<Vec<Changed>> {
    let mut statement = sql.prepare_cached(
        "SELECT sequence, plugin, name, key, content FROM fed_row
         WHERE company = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3",
    )?;
    let mut rows = statement.query(params![scope, after, limit])?;
    let mut changed = Vec::new();
    while let Some(row) = rows.next()? {
        let id = RowId {
            plugin: row.get("plugin")?,
            table: row.get("name")?,
            company: scope.to_owned(),
            key: row.get("key")?,
        };
        let content: Option<Vec<u8>> = row.get("content")?;
        let values = content.map(|content| decode_values_of(&id.table, &content)).transpose()?;
        changed.push(Changed { sequence: row.get("sequence")?, what: What::Row(id, values) });
    }
    Ok(changed)
}

fn by_key(statement: &mut CachedStatement<'_>, query: &RowQuery) -> Result<Vec<Values>> {
    let mut rows = statement.query(params![query.plugin, query.table, query.key, query.company])?;
    let Some(row) = rows.next()? else { return Ok(Vec::new()) };
    let content: Vec<u8> = row.get("content")?;
    Ok(vec![decode_values_of(&query.table, &content)?])
}

fn by_prefix(statement: &mut CachedStatement<'_>, query: &RowQuery, limit: u32) -> Result<Vec<Values>> {
    let (from, to) = within_prefix(&query.key).unzip();
    let from = from.unwrap_or_default();
    let mut rows = statement.query(params![query.plugin, query.table, from, query.company, to])?;
    let (mut found, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        let key: String = row.get("key")?;
        if last.as_ref() == Some(&key) {
            continue;
        }
        last = Some(key);
        let content: Vec<u8> = row.get("content")?;
        found.push(decode_values_of(&query.table, &content)?);
        if found.len() > limit as usize {
            break;
        }
    }
    Ok(found)
}

impl Rows for SqliteTransaction<'_> {
    fn rows(&self, kind: TableKind, queries: &[RowQuery]) -> Result<Vec<Vec<Values>>> {
        let (key, prefix) = match kind {
            TableKind::Fed => (FED_BY_KEY, FED_BY_PREFIX),
            TableKind::View => (VIEW_BY_KEY, VIEW_BY_PREFIX),
        };
        let mut key = self.connection.prepare_cached(key)?;
        let mut prefix = self.connection.prepare_cached(prefix)?;
        let find = |query: &RowQuery| match query.limit {
            None => by_key(&mut key, query),
            Some(limit) => by_prefix(&mut prefix, query, limit),
        };
        queries.iter().map(find).collect()
    }

    fn tables_here(&self, plugin: &str) -> Result<BTreeSet<String>> {
        let mut statement =
            self.connection.prepare_cached("SELECT name FROM fed_table WHERE plugin = ?1 AND is_here = 1")?;
        let names = statement.query_map([plugin], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    fn put_rows(&self, rows: &[(RowId, Option<Values>)]) -> Result<()> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (id, _) in rows {
            *counts.entry(&id.company).or_default() += 1;
        }
        let mut next = BTreeMap::new();
        for (company, count) in counts {
            next.insert(company, self.allot(company, count)? + 1);
        }
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO fed_row (plugin, name, key, company, sequence, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (plugin, name, key, company) DO UPDATE SET sequence = ?5, content = ?6",
        )?;
        for (id, values) in rows {
            let sequence = next.entry(&*id.company).or_default();
            let content = values.as_ref().map(encode_values);
            statement.execute(params![id.plugin, id.table, id.key, id.company, *sequence, content])?;
            *sequence += 1;
        }
        Ok(())
    }

    fn fed_rows(&self, plugin: &str, table: &str) -> Result<Vec<(RowId, Values)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT key, company, content FROM fed_row WHERE plugin = ?1 AND name = ?2 AND content IS NOT NULL",
        )?;
        let mut rows = statement.query([plugin, table])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (key, company, content): (String, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let id = RowId { plugin: plugin.to_owned(), table: table.to_owned(), company, key };
            found.push((id, decode_values_of(table, &content)?));
        }
        Ok(found)
    }

    fn put_table(&self, plugin: &str, table: &str, is_here: bool) -> Result<()> {
        let sequence = self.allot("", 1)? + 1;
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO fed_table (plugin, name, sequence, is_here) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (plugin, name) DO UPDATE SET sequence = ?3, is_here = ?4",
        )?;
        statement.execute(params![plugin, table, sequence, is_here])?;
        Ok(())
    }

    fn views(&self, plugin: &str) -> Result<BTreeMap<String, [u8; 32]>> {
        let mut statement = self.connection.prepare_cached("SELECT name, definition FROM view WHERE plugin = ?1")?;
        let views = statement.query_map([plugin], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(views.collect::<rusqlite::Result<_>>()?)
    }

    fn put_view(&self, plugin: &str, view: &str, definition: Option<[u8; 32]>) -> Result<()> {
        let sql = &self.connection;
        sql.prepare_cached("DELETE FROM view_row WHERE plugin = ?1 AND name = ?2")?.execute([plugin, view])?;
        sql.prepare_cached("DELETE FROM view WHERE plugin = ?1 AND name = ?2")?.execute([plugin, view])?;
        if let Some(definition) = definition {
            sql.prepare_cached("INSERT INTO view (plugin, name, definition) VALUES (?1, ?2, ?3)")?.execute(params![
                plugin,
                view,
                &definition[..]
            ])?;
        }
        Ok(())
    }

    fn put_view_rows(&self, records: &[RecordViews<'_>]) -> Result<()> {
        // Without statistics SQLite would go through all rows of the view.
        let mut delete = self.connection.prepare_cached(
            "DELETE FROM view_row INDEXED BY view_row_by_record WHERE plugin = ?1 AND record = ?2 AND name = ?3",
        )?;
        // Of rows with one key the first counts.
        let mut insert = self.connection.prepare_cached(
            "INSERT OR IGNORE INTO view_row (plugin, name, key, company, record, content)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for RecordViews { record, company, views, rows } in records {
            for view in views {
                delete.execute(params![record.plugin, record.key, view])?;
            }
            for row in rows {
                let content = encode_values(&row.values);
                insert.execute(params![record.plugin, row.view, row.key, company, record.key, content])?;
            }
        }
        Ok(())
    }
}
