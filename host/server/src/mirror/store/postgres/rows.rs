//! Rows of fed tables and of views.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::{canonical::encode_values, exchange::RowId};
use tokio_postgres::{Row, types::Type};

use super::{
    text::kept,
    transaction::{PostgresTransaction, number_of, signed, text_of},
    wrong_length,
};
use crate::mirror::store::{
    Changed, RecordViews, Result, RowQuery, Rows, TableKind, Values, What, decode_values_of, within_prefix,
};

/// Rows of one statement, at most.
const ROWS_MAX: usize = 4096;

/// By key: the company's own row before the shared one, of a view the first record's. Which number of query found it.
const FED_BY_KEY: &str = "SELECT number, name, content
    FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS wanted (plugin, name, key, company, number)
    CROSS JOIN LATERAL (
        SELECT content FROM lockstep.fed_row AS own
        WHERE own.plugin = wanted.plugin AND own.name = wanted.name AND own.key = wanted.key
            AND own.company IN (wanted.company, '') AND content IS NOT NULL
        ORDER BY own.company DESC LIMIT 1
    ) AS found";
const VIEW_BY_KEY: &str = "SELECT number, name, content
    FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS wanted (plugin, name, key, company, number)
    CROSS JOIN LATERAL (
        SELECT content FROM lockstep.view_row AS own
        WHERE own.plugin = wanted.plugin AND own.name = wanted.name AND own.key = wanted.key
            AND own.company IN (wanted.company, '')
        ORDER BY own.company DESC, own.record LIMIT 1
    ) AS found";

/// By prefix: the first row of each key counts.
const FED_BY_PREFIX: &str = "SELECT number, name, content
    FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS wanted (plugin, name, first, company, beyond, count, number)
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (own.key) own.key, content FROM lockstep.fed_row AS own
        WHERE own.plugin = wanted.plugin AND own.name = wanted.name AND own.key >= first AND own.key < beyond
            AND own.company IN (wanted.company, '') AND content IS NOT NULL
        ORDER BY own.key, own.company DESC LIMIT count
    ) AS found ORDER BY number, key";
const VIEW_BY_PREFIX: &str = "SELECT number, name, content
    FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS wanted (plugin, name, first, company, beyond, count, number)
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (own.key) own.key, content FROM lockstep.view_row AS own
        WHERE own.plugin = wanted.plugin AND own.name = wanted.name AND own.key >= first AND own.key < beyond
            AND own.company IN (wanted.company, '')
        ORDER BY own.key, own.company DESC, own.record LIMIT count
    ) AS found ORDER BY number, key";

/// All keys.
const FED_ALL: &str = "SELECT number, name, content
    FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS wanted (plugin, name, company, count, number)
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (own.key) own.key, content FROM lockstep.fed_row AS own
        WHERE own.plugin = wanted.plugin AND own.name = wanted.name
            AND own.company IN (wanted.company, '') AND content IS NOT NULL
        ORDER BY own.key, own.company DESC LIMIT count
    ) AS found ORDER BY number, key";
const VIEW_ALL: &str = "SELECT number, name, content
    FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS wanted (plugin, name, company, count, number)
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (own.key) own.key, content FROM lockstep.view_row AS own
        WHERE own.plugin = wanted.plugin AND own.name = wanted.name AND own.company IN (wanted.company, '')
        ORDER BY own.key, own.company DESC, own.record LIMIT count
    ) AS found ORDER BY number, key";

pub(super) fn changed(sql: &PostgresTransaction<'_>, scope: &str, after: u64, limit: usize) -> Result<Vec<Changed>> {
    let rows = sql.query(
        "SELECT sequence, plugin, name, key, content FROM lockstep.fed_row
         WHERE company = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        &[(&kept(scope), Type::TEXT), (&signed(after), Type::INT8), (&signed(limit as u64), Type::INT8)],
    )?;
    let changed = rows.iter().map(|row| {
        let (plugin, table) = (text_of(row, "plugin")?, text_of(row, "name")?);
        let id = RowId { plugin, table, company: scope.to_owned(), key: text_of(row, "key")? };
        let content: Option<Vec<u8>> = row.try_get("content")?;
        let values = content.map(|content| decode_values_of(&id.table, &content)).transpose()?;
        Ok(Changed { sequence: number_of(row, "sequence")?, what: What::Row(id, values) })
    });
    changed.collect()
}

/// What one kind of queries is about.
#[derive(Default)]
struct Asked<'q> {
    /// Which of all queries each is.
    places: Vec<usize>,
    plugins: Vec<std::borrow::Cow<'q, str>>,
    tables: Vec<std::borrow::Cow<'q, str>>,
    companies: Vec<std::borrow::Cow<'q, str>>,
    keys: Vec<std::borrow::Cow<'q, str>>,
    beyonds: Vec<String>,
    counts: Vec<i64>,
}

impl<'q> Asked<'q> {
    fn add(&mut self, place: usize, query: &'q RowQuery) {
        self.places.push(place);
        self.plugins.push(kept(&query.plugin));
        self.tables.push(kept(&query.table));
        self.companies.push(kept(&query.company));
        if let Some(limit) = query.limit {
            self.counts.push(i64::from(limit) + 1);
        }
    }

    /// Adds what was found to each query's rows.
    fn take(&self, rows: &[Row], found: &mut [Vec<Values>]) -> Result<()> {
        for row in rows {
            let content: Vec<u8> = row.try_get("content")?;
            let values = decode_values_of(&text_of(row, "name")?, &content)?;
            let number = usize::try_from(number_of(row, "number")?).unwrap_or_default();
            let place = number.checked_sub(1).and_then(|number| self.places.get(number));
            if let Some(found) = place.and_then(|place| found.get_mut(*place)) {
                found.push(values);
            }
        }
        Ok(())
    }
}

impl Rows for PostgresTransaction<'_> {
    fn rows(&self, kind: TableKind, queries: &[RowQuery]) -> Result<Vec<Vec<Values>>> {
        let (mut by_key, mut by_prefix, mut all) = (Asked::default(), Asked::default(), Asked::default());
        for (place, query) in queries.iter().enumerate() {
            if query.limit.is_none() {
                by_key.add(place, query);
                by_key.keys.push(kept(&query.key));
            } else if let Some((first, beyond)) = within_prefix(&query.key) {
                by_prefix.add(place, query);
                by_prefix.keys.push(kept(&first).into_owned().into());
                by_prefix.beyonds.push(kept(&beyond).into_owned());
            } else {
                all.add(place, query);
            }
        }
        let is_fed = kind == TableKind::Fed;
        let mut found = vec![Vec::new(); queries.len()];
        if !by_key.places.is_empty() {
            let rows = self.query(
                if is_fed { FED_BY_KEY } else { VIEW_BY_KEY },
                &[
                    (&by_key.plugins, Type::TEXT_ARRAY),
                    (&by_key.tables, Type::TEXT_ARRAY),
                    (&by_key.keys, Type::TEXT_ARRAY),
                    (&by_key.companies, Type::TEXT_ARRAY),
                ],
            )?;
            by_key.take(&rows, &mut found)?;
        }
        if !by_prefix.places.is_empty() {
            let rows = self.query(
                if is_fed { FED_BY_PREFIX } else { VIEW_BY_PREFIX },
                &[
                    (&by_prefix.plugins, Type::TEXT_ARRAY),
                    (&by_prefix.tables, Type::TEXT_ARRAY),
                    (&by_prefix.keys, Type::TEXT_ARRAY),
                    (&by_prefix.companies, Type::TEXT_ARRAY),
                    (&by_prefix.beyonds, Type::TEXT_ARRAY),
                    (&by_prefix.counts, Type::INT8_ARRAY),
                ],
            )?;
            by_prefix.take(&rows, &mut found)?;
        }
        if !all.places.is_empty() {
            let rows = self.query(
                if is_fed { FED_ALL } else { VIEW_ALL },
                &[
                    (&all.plugins, Type::TEXT_ARRAY),
                    (&all.tables, Type::TEXT_ARRAY),
                    (&all.companies, Type::TEXT_ARRAY),
                    (&all.counts, Type::INT8_ARRAY),
                ],
            )?;
            all.take(&rows, &mut found)?;
        }
        Ok(found)
    }

    fn tables_here(&self, plugin: &str) -> Result<BTreeSet<String>> {
        let sql = "SELECT name FROM lockstep.fed_table WHERE plugin = $1 AND is_here";
        self.query(sql, &[(&kept(plugin), Type::TEXT)])?.iter().map(|row| text_of(row, "name")).collect()
    }

    fn put_rows(&self, rows: &[(RowId, Option<Values>)]) -> Result<()> {
        self.check_all()?;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (id, _) in rows {
            *counts.entry(&id.company).or_default() += 1;
        }
        let mut next = self.allot(&counts)?;
        let numbered = rows.iter().map(|(id, values)| {
            let next = next.entry(id.company.clone()).or_default();
            (id, std::mem::replace(next, *next + 1), values)
        });
        let numbered: Vec<_> = numbered.collect();
        for chunk in numbered.chunks(ROWS_MAX) {
            let (mut plugins, mut tables, mut keys) = (Vec::new(), Vec::new(), Vec::new());
            let (mut companies, mut sequences, mut contents) = (Vec::new(), Vec::new(), Vec::new());
            // Of several rows with one id the last counts.
            let last: BTreeMap<_, _> = chunk.iter().map(|(id, sequence, values)| (id, (sequence, values))).collect();
            for (id, (sequence, values)) in last {
                plugins.push(kept(&id.plugin));
                tables.push(kept(&id.table));
                keys.push(kept(&id.key));
                companies.push(kept(&id.company));
                sequences.push(signed(*sequence));
                contents.push(values.as_ref().map(encode_values));
            }
            self.execute(
                "INSERT INTO lockstep.fed_row (plugin, name, key, company, sequence, content)
                 SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (plugin, name, key, company)
                 DO UPDATE SET sequence = excluded.sequence, content = excluded.content",
                &[
                    (&plugins, Type::TEXT_ARRAY),
                    (&tables, Type::TEXT_ARRAY),
                    (&keys, Type::TEXT_ARRAY),
                    (&companies, Type::TEXT_ARRAY),
                    (&sequences, Type::INT8_ARRAY),
                    (&contents, Type::BYTEA_ARRAY),
                ],
            )?;
        }
        Ok(())
    }

    fn fed_rows(&self, plugin: &str, table: &str) -> Result<Vec<(RowId, Values)>> {
        let rows = self.query(
            "SELECT key, company, content FROM lockstep.fed_row
             WHERE plugin = $1 AND name = $2 AND content IS NOT NULL",
            &[(&kept(plugin), Type::TEXT), (&kept(table), Type::TEXT)],
        )?;
        let rows = rows.iter().map(|row| {
            let (company, key) = (text_of(row, "company")?, text_of(row, "key")?);
            let id = RowId { plugin: plugin.to_owned(), table: table.to_owned(), company, key };
            Ok((id, decode_values_of(table, row.try_get("content")?)?))
        });
        rows.collect()
    }

    fn put_table(&self, plugin: &str, table: &str, is_here: bool) -> Result<()> {
        self.check_all()?;
        let sequence = self.allot(&BTreeMap::from([("", 1)]))?.get("").copied().unwrap_or_default();
        self.execute(
            "INSERT INTO lockstep.fed_table (plugin, name, sequence, is_here) VALUES ($1, $2, $3, $4)
             ON CONFLICT (plugin, name) DO UPDATE SET sequence = excluded.sequence, is_here = excluded.is_here",
            &[
                (&kept(plugin), Type::TEXT),
                (&kept(table), Type::TEXT),
                (&signed(sequence), Type::INT8),
                (&is_here, Type::BOOL),
            ],
        )?;
        Ok(())
    }

    fn views(&self, plugin: &str) -> Result<BTreeMap<String, [u8; 32]>> {
        let sql = "SELECT name, definition FROM lockstep.kept_view WHERE plugin = $1";
        let rows = self.query(sql, &[(&kept(plugin), Type::TEXT)])?;
        let views = rows.iter().map(|row| {
            let definition: Vec<u8> = row.try_get("definition")?;
            let definition = definition.try_into().map_err(|_| wrong_length("a view's definition", 32))?;
            Ok((text_of(row, "name")?, definition))
        });
        views.collect()
    }

    fn put_view(&self, plugin: &str, view: &str, definition: Option<[u8; 32]>) -> Result<()> {
        self.check_all()?;
        let (plugin, view) = (kept(plugin), kept(view));
        for sql in [
            "DELETE FROM lockstep.view_row WHERE plugin = $1 AND name = $2",
            "DELETE FROM lockstep.kept_view WHERE plugin = $1 AND name = $2",
        ] {
            self.execute(sql, &[(&plugin, Type::TEXT), (&view, Type::TEXT)])?;
        }
        if let Some(definition) = definition {
            self.execute(
                "INSERT INTO lockstep.kept_view (plugin, name, definition) VALUES ($1, $2, $3)",
                &[(&plugin, Type::TEXT), (&view, Type::TEXT), (&&definition[..], Type::BYTEA)],
            )?;
        }
        Ok(())
    }

    fn put_view_rows(&self, records: &[RecordViews<'_>]) -> Result<()> {
        let (mut plugins, mut views, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        for RecordViews { record, company, views: of, .. } in records {
            self.check_scope(company)?;
            for view in of {
                plugins.push(kept(&record.plugin));
                views.push(kept(view));
                ids.push(kept(&record.key));
            }
        }
        if views.is_empty() {
            return Ok(());
        }
        self.execute(
            "DELETE FROM lockstep.view_row USING unnest($1, $2, $3) AS old (plugin, name, record)
             WHERE view_row.plugin = old.plugin AND view_row.name = old.name AND view_row.record = old.record",
            &[(&plugins, Type::TEXT_ARRAY), (&views, Type::TEXT_ARRAY), (&ids, Type::TEXT_ARRAY)],
        )?;
        let rows = records.iter().flat_map(|own| own.rows.iter().map(move |row| (own, row)));
        let rows: Vec<_> = rows.collect();
        for chunk in rows.chunks(ROWS_MAX) {
            let (mut plugins, mut tables, mut keys) = (Vec::new(), Vec::new(), Vec::new());
            let (mut companies, mut ids, mut contents) = (Vec::new(), Vec::new(), Vec::new());
            for (RecordViews { record, company, .. }, row) in chunk {
                plugins.push(kept(&record.plugin));
                tables.push(kept(&row.view));
                keys.push(kept(&row.key));
                companies.push(kept(company));
                ids.push(kept(&record.key));
                contents.push(encode_values(&row.values));
            }
            // Of rows with one key the first counts.
            self.execute(
                "INSERT INTO lockstep.view_row (plugin, name, key, company, record, content)
                 SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (plugin, name, key, company, record) DO NOTHING",
                &[
                    (&plugins, Type::TEXT_ARRAY),
                    (&tables, Type::TEXT_ARRAY),
                    (&keys, Type::TEXT_ARRAY),
                    (&companies, Type::TEXT_ARRAY),
                    (&ids, Type::TEXT_ARRAY),
                    (&contents, Type::BYTEA_ARRAY),
                ],
            )?;
        }
        Ok(())
    }
}
